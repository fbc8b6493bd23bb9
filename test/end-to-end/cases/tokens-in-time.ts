import { describe, expect, it } from "vitest";
import type { ClockedMaker } from "../support/clocked-houses.ts";
import { QUESTION, bearer, upgrade } from "../support/house.ts";
import { EventStream, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";
import { claims, signed, token } from "../support/tokens.ts";
import { itUnless } from "../support/whole-app.ts";

/** Tokens and tickets whose time is over. */
export function describeTokensInTime({ make, cannot }: ClockedMaker): void {
  describe("a live connection's token (PROTOCOL.md section 5.5)", () => {
    itUnless(cannot["watch an idle connection"])(
      "is told 60 s before its end, not sooner, may be renewed, and closes 5 s after it; its run goes on",
      async () => {
        await using house = await make();
        const seconds = Math.floor(house.now() / 1000);
        const first = await signed(claims("ann", { exp: seconds + 120 }));
        await using client = await SocketClient.open(`${house.wsUrl}/titles`, { headers: bearer(first) });
        const iso = (at: number): string => new Date(at * 1000).toISOString();
        const frame = (type: string, count = 1): Promise<unknown> =>
          client.log.when(() => client.frames.filter((one) => one.type === type)[count - 1], type);
        client.send({ action: "ping" });
        await frame("pong");
        await house.advance((seconds + 60) * 1000 - house.now() - 1);
        client.send({ action: "ping" });
        await frame("pong", 2);
        expect(client.frames.filter(({ type }) => type === "expiring")).toEqual([]);
        await house.advance(1);
        expect(await frame("expiring")).toEqual({ type: "expiring", expiresAt: iso(seconds + 120) });

        client.send({ action: "authenticate", token: await signed(claims("ann", { exp: seconds + 300 })) });
        expect(await frame("authenticated")).toEqual({ type: "authenticated", expiresAt: iso(seconds + 300) });

        await house.advance(179_000 + 1000);
        expect(await frame("expiring", 2)).toEqual({ type: "expiring", expiresAt: iso(seconds + 300) });
        await house.advance(64_000);
        client.send({ action: "stream", ...QUESTION });
        await frame("stream_chunk");
        await house.advance(2000);
        expect(await client.closed).toMatchObject({ code: 4501 });
      },
    );

    it("lets nothing more be done 5 s after its end, the connection is closed, and its run goes on", async () => {
      await using house = await make();
      const seconds = Math.floor(house.now() / 1000);
      const headers = bearer(await signed(claims("ann", { exp: seconds + 120 })));
      await using client = await SocketClient.open(`${house.wsUrl}/titles`, { headers });
      await house.advance((seconds + 124) * 1000 - house.now());
      client.send({ action: "stream", ...QUESTION });
      const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
      await house.advance(2000);
      client.send({ action: "stream", ...QUESTION });
      await client.closed;
      expect(client.frames.filter(({ type }) => type === "start").length).toBe(1);
      expect(client.frames).toContainEqual(expect.objectContaining({ type: "error", code: "unauthorized" }));
      const fresh = bearer(await signed(claims("ann", { exp: seconds + 900 })));
      await using events = await EventStream.open(`${house.url}/titles/streams/${streamId}`, { headers: fresh });
      expect((await events.log.whole()).at(-1)).toMatchObject({ type: "stream_complete" });
    });
  });

  describe("a ticket", () => {
    it("is refused when its 30 s are over", async () => {
      await using house = await make();
      const url = `${house.url}/titles`;
      const issue = async (): Promise<string> => {
        const { body } = await request(`${url}/tickets`, { method: "POST", headers: bearer(await token("ann")) });
        return body["ticket"] as string;
      };
      const [ticket, late] = [await issue(), await issue()];
      await house.advance(29_999);
      expect(await upgrade(`${url}?ticket=${ticket}`)).toEqual({ status: 101 });
      await house.advance(1);
      expect(await upgrade(`${url}?ticket=${late}`)).toMatchObject({ status: 401 });
    });
  });
}
