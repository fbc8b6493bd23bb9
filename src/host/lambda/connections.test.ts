import { beforeEach, describe, expect, it } from "vitest";
import { placeCaller } from "../../principal.ts";
import type { Records } from "../../records.ts";
import { memory } from "../../store/memory.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { Connections } from "./connections.ts";

const MINUTE = 60_000;
const callbackUrl = "https://api.test/app";

let clock: FakeClock;
let records: Records;
let connections: Connections;

beforeEach(() => {
  clock = new FakeClock();
  ({ records } = memory());
  connections = new Connections(records, clock);
});

function put(id: string, session?: string, app = "app"): Promise<void> {
  const caller = placeCaller(app, undefined, session, id);
  return connections.put(id, session, { caller, native: true, callbackUrl });
}

describe("what is kept of connections", () => {
  it("law 9: brings their callers back as they were", async () => {
    await put("anonymous=");
    await put("session=", "s");
    const principal = { id: "ann", expiresAt: 5, claims: { team: "red", roles: ["a", "b"] } };
    const caller = placeCaller("app", principal, undefined, "ann=");
    await connections.put("ann=", undefined, { caller, native: false, callbackUrl });
    expect(await connections.get("app", "anonymous=")).toEqual({
      caller: placeCaller("app", undefined, undefined, "anonymous="),
      native: true,
      callbackUrl,
    });
    expect((await connections.get("app", "session="))?.caller.scope).toBe("app/s:s");
    expect(await connections.get("app", "ann=")).toEqual({ caller, native: false, callbackUrl });
    expect(await connections.get("other", "ann=")).toBeUndefined();
  });

  it("ends a little after API Gateway has ended them, whatever was renewed meanwhile", async () => {
    await put("c=");
    await clock.advance(100 * MINUTE);
    await connections.renew("app", "c=", { id: "ann" });
    await clock.advance(30 * MINUTE - 1);
    expect((await connections.get("app", "c="))?.caller.owner).toBe("ann");
    await clock.advance(1);
    expect(await connections.get("app", "c=")).toBeUndefined();
  });

  it("a principal is not renewed where the connection is gone", async () => {
    await connections.renew("app", "c=", { id: "ann" });
    expect(await connections.get("app", "c=")).toBeUndefined();
  });

  it("counts those of one app, however many, without the ended ones", async () => {
    await put("old=");
    await clock.advance(130 * MINUTE);
    for (let number = 0; number < 1001; number += 1) await put(`${number}=`);
    await put("other=", undefined, "other");
    await put("left=");
    await connections.delete("app", "left=");
    expect([await connections.count("app"), await connections.count("other"), await connections.count("none")]).toEqual(
      [1001, 1, 0],
    );
  });
});
