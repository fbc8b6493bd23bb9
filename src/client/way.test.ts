import { describe, expect, it } from "vitest";
import { ClientLab, type Place, keptStorage } from "../../test/property/client-lab.ts";
import type { FakeClock } from "../testing/fake-clock.ts";

function open(storage: Place["storage"], clock?: FakeClock): ClientLab {
  return new ClientLab({ jitter: 1, transports: ["websocket", "sse", "poll"], storage }, clock);
}

/** By which way a client dials first. */
function firstWay(lab: ClientLab): string {
  lab.begin(0, false);
  return lab.client.connection.transport;
}

describe("what is known of a network", () => {
  it("is remembered for 30 minutes: what it does not let through is not tried meanwhile", async () => {
    const storage = keptStorage();
    const first = open(storage);
    first.wall = "hang";
    first.begin(0, false);
    await first.pass(4000);
    first.client.close();
    const second = open(storage);
    expect(firstWay(second)).toBe("sse");
    await second.clock.advance(30 * 60_000 + 4000);
    const third = open(storage, second.clock);
    expect(firstWay(third)).toBe("websocket");
  });

  it("is nothing where the storage is forbidden, or holds what cannot be read", () => {
    const broken = ["", "1", "x y", "7 99999999999999", "-1 99999999999999", "0.5"];
    for (const kept of broken) {
      const storage = { ...keptStorage(), getItem: () => kept };
      expect(firstWay(open(storage)), kept).toBe("websocket");
    }
    expect(firstWay(open("throws"))).toBe("websocket");
  });
});
