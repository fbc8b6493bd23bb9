import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deployment } from "../support/deployment.ts";
import type { WireFrame } from "../support/frames.ts";
import { QUESTION, WITH_TOKENS, bearer } from "../support/house.ts";
import { EventStream, posted, request } from "../support/http-client.ts";
import { pngPicture } from "../support/png-picture.ts";
import { SocketClient } from "../support/socket-client.ts";
import { token } from "../support/tokens.ts";
import type { Command } from "../support/whole-app.ts";
import { A_PREDICTION } from "../../../apps/predictions/testing/a-prediction.ts";

/** What belongs to one is as if it were not there for another. */
export function describeOwnership({ line, start }: Command): void {
  describe(`law 9: nobody sees another's, as \`${line}\` has it`, () => {
    let app: Deployment;
    let url: string;
    let ann: Record<string, string>;
    let bob: Record<string, string>;
    beforeAll(async () => {
      // So slow that a run is still on its way when others try to reach it.
      app = await start({ ...WITH_TOKENS, SLUICE_OFFLINE_PACE: "40,0" });
      url = app.url;
      ann = bearer(await token("ann"));
      bob = bearer(await token("bob"));
    });
    afterAll(() => app[Symbol.asyncDispose]());

    const UNKNOWN = "A".repeat(22);

    it("a stream of one is to another as one that never was, on every path", async () => {
      const made = await request(`${url}/titles/stream`, posted(QUESTION, { ...ann, Prefer: "respond-async" }));
      const streamId = made.body.streamId!;
      const paths: [string, RequestInit][] = [
        ["", {}],
        ["?wait=1", {}],
        ["", { headers: { Accept: "text/event-stream" } }],
        ["/cancel", { method: "POST" }],
        ["", { method: "DELETE" }],
      ];
      for (const [path, init] of paths) {
        const ask = async (id: string, who: Record<string, string>): Promise<[number, unknown]> => {
          const answer = await fetch(`${url}/titles/streams/${id}${path}`, {
            ...init,
            headers: { ...init.headers, ...who },
          });
          return [answer.status, (await answer.text()).replaceAll(id, "")];
        };
        const theirs = await ask(streamId, bob);
        expect(theirs[0]).toBe(404);
        expect(theirs).toEqual(await ask(UNKNOWN, bob));
      }
      await using socket = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: bob });
      for (const action of ["resume", "cancel"]) {
        for (const id of [streamId, UNKNOWN]) socket.send({ action, streamId: id });
      }
      await socket.log.when(() => (socket.frames.length === 4 ? true : undefined), "four answers");
      const answers = socket.frames.map(({ streamId: id, ...rest }) => [id === streamId || id === UNKNOWN, rest]);
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(socket.frames[0]).toMatchObject({ type: "error", code: "not_found" });
      const at = `${url}/titles/streams/${streamId}`;
      expect((await request(at, { headers: ann })).body).toMatchObject({ state: "running" });
      expect(await lastOf(at, ann)).toMatchObject({ type: "stream_complete" });
    });

    it("lists are one's own, whatever session is named; a cancel by request id reaches one's own runs only", async () => {
      const requestId = randomUUID();
      const ask = (who: Record<string, string>, session: string): Promise<{ body: { streamId?: string } }> =>
        request(
          `${url}/titles/stream?session=${session}`,
          posted({ ...QUESTION, requestId }, { ...who, Prefer: "respond-async" }),
        );
      const [mine, again, theirs] = [await ask(ann, "s1"), await ask(ann, "s2"), await ask(bob, "s1")];
      expect(again.body.streamId).toBe(mine.body.streamId);
      expect(theirs.body.streamId).not.toBe(mine.body.streamId);
      for (const [who, own, other] of [
        [ann, mine, theirs],
        [bob, theirs, mine],
      ] as const) {
        const list = JSON.stringify((await request(`${url}/titles/streams?session=s1`, { headers: who })).body);
        expect(list).toContain(own.body.streamId);
        expect(list).not.toContain(other.body.streamId);
      }
      await using socket = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: bob });
      socket.send({ action: "streams" });
      const told = JSON.stringify(await socket.log.first(({ type }) => type === "streams"));
      expect([told.includes(theirs.body.streamId!), told.includes(mine.body.streamId!)]).toEqual([true, false]);
      socket.send({ action: "cancel", requestId });
      const ended = await socket.log.first(({ type }) => type === "ended");
      expect(ended).toMatchObject({ streamId: theirs.body.streamId, state: "cancelled" });
      expect(await lastOf(`${url}/titles/streams/${mine.body.streamId}`, ann)).toMatchObject({
        type: "stream_complete",
      });
    });

    it("one principal's request over two connections is one run (law 8)", async () => {
      const requestId = randomUUID();
      const streams = await Promise.all(
        [1, 2].map(async () => {
          await using socket = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: ann });
          socket.send({ action: "stream", requestId, ...QUESTION });
          return (await socket.log.first(({ type }) => type === "start")).streamId;
        }),
      );
      expect(streams[0]).toBe(streams[1]);
    });

    it("prompt cards, saved calls and uploads are one's own", async () => {
      const cards = `${url}/titles/projects/p1/cards`;
      const put = { ...posted({ cards: [{ name: "Tone", text: "calm" }] }, ann), method: "PUT" };
      expect((await request(cards, put)).status).toBe(200);
      expect((await request(cards, { headers: bob })).body).toEqual({ cards: [] });

      const call = await request(`${url}/predictions/calls`, posted(A_PREDICTION, ann));
      expect(call.status).toBe(201);
      expect((await request(`${url}/predictions/calls`, { headers: bob })).body).toEqual({ items: [] });
      const erase = { method: "DELETE", headers: bob };
      const path = `${url}/predictions/calls/${call.body["id"] as string}`;
      expect((await request(path, erase)).status).toBe(404);
      expect((await request(path, { method: "DELETE", headers: ann })).status).toBe(204);

      const upload = await request(`${url}/images/uploads`, {
        method: "POST",
        headers: { ...ann, "Content-Type": "image/png" },
        body: Buffer.from(pngPicture(), "base64"),
      });
      const show = (who: Record<string, string>): Promise<{ status: number }> =>
        request(`${url}/images/processImage`, posted({ uploadId: upload.body["uploadId"] }, who));
      expect([upload.status, (await show(bob)).status, (await show(ann)).status]).toEqual([201, 404, 200]);
    });
  });
}

/** The frame with which a stream ends. */
async function lastOf(at: string, headers: Record<string, string>): Promise<WireFrame> {
  await using events = await EventStream.open(at, { headers });
  return (await events.log.whole()).at(-1)!;
}
