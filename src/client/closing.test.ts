import { describe, expect, it } from "vitest";
import { ClientLab, type Place } from "../../test/property/client-lab.ts";
import { settled } from "../testing/fake-clock.ts";

function open(transports: Place["transports"]): ClientLab {
  return new ClientLab({ jitter: 1, transports, storage: "none" });
}

async function expectNothingLeft(lab: ClientLab): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await settled();
  await lab.pass(0);
  expect(lab.client.connection.state).toBe("closed");
  expect(lab.sockets.all.filter(({ released }) => !released)).toEqual([]);
  expect(lab.http.open).toEqual([]);
  expect(lab.clock.pending).toBe(0);
  for (const run of lab.runs) await expect(run.result).rejects.toMatchObject({ code: "interrupted" });
}

describe("a closed client", () => {
  it.each(["websocket", "sse", "poll"] as const)(
    "leaves nothing where it is closed in the turn of its first run (%s)",
    async (transport) => {
      const lab = open([transport]);
      lab.begin(0, true);
      lab.client.close();
      await expectNothingLeft(lab);
    },
  );

  it("leaves nothing where a listener closes it, whatever it is told", async () => {
    for (const state of ["connecting", "open", "waiting"] as const) {
      for (const transports of [["websocket"], ["sse"]] as const) {
        const lab = open(transports);
        lab.client.subscribe(() => {
          if (lab.client.connection.state === state) lab.client.close();
        });
        lab.begin(0, false);
        await lab.pass(0);
        if (state === "waiting") {
          lab.http.weather = "down";
          lab.live?.socket.cut();
          lab.http.cut(0, false);
        }
        await lab.pass(30_000);
        await expectNothingLeft(lab);
      }
    }
  });

  it("leaves nothing of what is called on it afterwards", async () => {
    const lab = open(["websocket"]);
    lab.begin(0, false);
    await lab.pass(0);
    lab.client.close();
    lab.begin(1, true);
    await expect(lab.client.streams()).rejects.toThrow();
    await expect(lab.client.fetch("/uploads")).rejects.toThrow();
    lab.client.reconnect();
    await expectNothingLeft(lab);
    const unused = open(["websocket"]);
    unused.client.close();
    await expect(unused.client.streams()).rejects.toThrow();
    await expectNothingLeft(unused);
  });
});
