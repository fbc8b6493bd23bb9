import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../logger.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { Doorman } from "./doorman.ts";

const from = (remoteAddress: string): Socket =>
  Object.assign(new EventEmitter(), { remoteAddress }) as unknown as Socket;

function doorman(): { doorman: Doorman; clock: FakeClock; lines: unknown[] } {
  const lines: unknown[] = [];
  const clock = new FakeClock();
  const logger = { ...silentLogger, warn: (fields: unknown) => void lines.push(fields) };
  return { doorman: new Doorman({ maxConnections: 6, maxConnectionsPerAddress: 2 }, clock, logger), clock, lines };
}

describe("the doorman (law 11: floods of connections)", () => {
  it("takes so many from one address, and from this machine so many as there is room for", () => {
    const { doorman: door } = doorman();
    const admitted = (address: string, count: number): boolean[] =>
      Array.from({ length: count }, () => door.admit(from(address)));
    expect(admitted("203.0.113.7", 3)).toEqual([true, true, false]);
    expect(admitted("2001:db8::1", 1)).toEqual([true]);
    expect(admitted("127.0.0.1", 2)).toEqual([true, true]);
    expect(admitted("::ffff:127.0.0.1", 2)).toEqual([true, false]);
  });

  it("gives the place of one that left to the next", () => {
    const { doorman: door } = doorman();
    const first = from("203.0.113.7");
    door.admit(first);
    door.admit(from("203.0.113.7"));
    expect(door.admit(from("203.0.113.7"))).toBe(false);
    first.emit("close");
    expect(door.admitted(first)).toBe(false);
    expect(door.admit(from("203.0.113.7"))).toBe(true);
  });

  it("logs one line for a burst of refusals, and another for the next burst", async () => {
    const { doorman: door, clock, lines } = doorman();
    for (let count = 0; count < 100; count += 1) door.admit(from("203.0.113.7"));
    expect(lines).toEqual([{ address: "203.0.113.7", maxConnectionsPerAddress: 2 }]);
    await clock.advance(9000);
    door.admit(from("203.0.113.7"));
    await clock.advance(9000);
    door.admit(from("203.0.113.7"));
    expect(lines).toHaveLength(1);
    await clock.advance(11_000);
    door.admit(from("203.0.113.7"));
    expect(lines).toHaveLength(2);
  });
});
