import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Deployment, ProcessControl } from "../support/deployment.ts";
import { type WireFrame, disorder, textOf } from "../support/frames.ts";
import { EventStream, posted, rawRequest, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";
import { type Command, itUnless } from "../support/whole-app.ts";

const ARTICLES = [
  {
    phrases: ["tidal", "kelp", "salmon", "farm", "Norway", "fjord"],
    text:
      "Tidal kelp farms are spreading along the fjords of Norway. Salmon farmers there plant kelp beside their cages, because " +
      "kelp takes up the nitrogen that salmon leave behind. A tidal kelp farm of 30 hectares near Trondheim harvested 400 " +
      "tonnes of kelp last year, twice as much as the year before. The salmon farmers sell the kelp as food and fertiliser.",
  },
  {
    phrases: ["night", "train", "sleeper", "Vienna", "Brussels", "rail"],
    text:
      "Night trains are back in Europe. The sleeper from Vienna to Brussels, which was stopped in 2003, runs three times a week " +
      "again. Rail companies have ordered 33 new sleeper trains, and night train bookings rose by 40 percent. Travellers say " +
      "that a night train saves them a hotel and a morning at the airport.",
  },
] as const;

/** What the command serves, to clients that know only the wire of the title generator. */
export function describeTitles({ line, start, cannot }: Command): void {
  describe(`titles, as \`${line}\` serves it`, () => {
    describe("the wire of the title generator", () => {
      let app: Deployment & ProcessControl;
      beforeAll(async () => {
        app = await start();
      });
      afterAll(() => app[Symbol.asyncDispose]());

      const message = (article: { readonly text: string }, projectId = "project-1"): Record<string, unknown> => ({
        projectId,
        userInput: article.text,
        chat_history: [],
      });

      it.each(ARTICLES)(
        "WebSocket: start, progress, chunks that add up to fullContent, titles about the article",
        async (article) => {
          await using client = await SocketClient.open(`${app.wsUrl}/titles`);
          const asked = performance.now();
          client.send({ action: "stream", ...message(article) });
          const frames = await client.log.whole();
          process.stdout.write(`titles, first frame: ${(client.log.times[0]! - asked).toFixed(1)} ms\n`);
          expect(client.log.times[0]! - asked).toBeLessThan(2000);
          expectTitles(frames, article.phrases);
        },
      );

      it("SSE and REST bring the same", async () => {
        const [article] = ARTICLES;
        await using events = await EventStream.open(`${app.url}/titles/stream`, posted(message(article)));
        expect(await events.ended).toBe(true);
        expectTitles(events.frames, article.phrases);
        const whole = await request(`${app.url}/titles/stream`, posted(message(article)));
        expect(whole.status).toBe(200);
        const { type, fullContent, titles, sessionId } = whole.body;
        const { fullContent: streamed } = events.frames.at(-1)!;
        expect([type, fullContent, sessionId]).toEqual(["stream_complete", streamed, "project-1"]);
        expectAbout(titles, article.phrases);
      });

      it("20 runs at once on one connection, each about its own article, with its own sessionId", async () => {
        await using client = await SocketClient.open(`${app.wsUrl}/titles`);
        const runs = Array.from({ length: 20 }, (_, index) => ({ id: `run-${index}`, article: ARTICLES[index % 2]! }));
        for (const { id, article } of runs) client.send({ action: "stream", ...message(article, id), requestId: id });
        for (const { id, article } of runs) {
          const { streamId } = await client.log.first(({ type, requestId }) => type === "start" && requestId === id);
          expectTitles(await client.log.whole(streamId), article.phrases, id);
        }
      });

      it("law 8: the same requestId gives the same stream, another body is a conflict", async () => {
        const session = randomUUID();
        const ask = { action: "stream", ...message(ARTICLES[0]), requestId: "same" };
        await using first = await SocketClient.open(`${app.wsUrl}/titles?session=${session}`);
        first.send(ask);
        const frames = await first.log.whole();
        await using second = await SocketClient.open(`${app.wsUrl}/titles?session=${session}`);
        second.send(ask);
        const again = await second.log.whole();
        expect([again[0]!.streamId, textOf(again)]).toEqual([frames[0]!.streamId, textOf(frames)]);
        second.send({ ...ask, userInput: "Something else." });
        expect((await second.log.first(({ type }) => type === "error"))["code"]).toBe("conflict");
      });

      it("errors speak the title generator's words", async () => {
        await using client = await SocketClient.open(`${app.wsUrl}/titles`);
        client.send({ action: "stream", projectId: "p", userInput: "" });
        const told = await client.log.first(({ type }) => type === "error");
        expect([told["code"], typeof told["message"]]).toEqual(["bad_request", "string"]);
      });

      it("prompt cards are kept per project", async () => {
        const at = `${app.url}/titles/projects/cards-1/cards`;
        const cards = [{ name: "tone", text: "Write like a sailor." }];
        expect((await request(at)).body).toEqual({ cards: [] });
        expect((await request(at, { ...posted({ cards }), method: "PUT" })).status).toBe(200);
        expect((await request(at)).body).toEqual({ cards });
        expect((await request(`${app.url}/titles/projects/cards-2/cards`)).body).toEqual({ cards: [] });
      });

      it("operations answer", async () => {
        for (const path of ["/healthz", "/readyz"]) expect((await request(app.url + path)).status).toBe(200);
        const config = await request(`${app.url}/config.json`);
        expect(JSON.stringify(config.body)).toContain("titles");
      });

      itUnless(cannot["tell metrics"])("metrics are Prometheus text", async () => {
        const metrics = await rawRequest(`${app.url}/metrics`);
        expect(metrics.headers["content-type"]).toMatch(/^text\/plain/);
        const samples = metrics.text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
        expect(samples.length).toBeGreaterThan(0);
        for (const line of samples)
          expect(line).toMatch(/^[a-z_:][a-z0-9_:]*(\{[^}]*\})? [-+.\deE]+(Inf|NaN)?( \d+)?$/i);
        expect(metrics.text).toMatch(/^# TYPE sluice_runs_ended\w* counter$/m);
        const value = (name: string): number =>
          Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, "m").exec(metrics.text)?.[1]);
        for (const name of ["sluice_events(?:_total)?", "sluice_commits(?:_total)?", "sluice_frames(?:_total)?"]) {
          expect([name, value(name) > 0]).toEqual([name, true]);
        }
      });
    });

    describe("SIGKILL", () => {
      itUnless(cannot["survive SIGKILL"])(
        "laws 1 and 5: after the restart every run goes on from what was shown, to the same titles",
        async () => {
          await using app = await start({ SLUICE_OFFLINE_PACE: "100,10" });
          const runs = Array.from({ length: 4 }, (_, index) => `run-${index}`);
          await using client = await SocketClient.open(`${app.wsUrl}/titles`);
          for (const id of runs) {
            client.send({ action: "stream", projectId: id, userInput: ARTICLES[0].text, requestId: id });
          }
          const chunks = ({ type, requestId }: WireFrame, id: string): boolean =>
            type === "stream_chunk" && requestId === id;
          const several = (id: string): true | undefined =>
            client.frames.filter((frame) => chunks(frame, id)).length >= 5 || undefined;
          for (const id of runs) await client.log.when(() => several(id), "five chunks");
          await app.kill();
          await client.closed;
          await app.restart();
          await using later = await SocketClient.open(`${app.wsUrl}/titles`);
          const texts = new Set<string>();
          for (const id of runs) {
            const shown = client.frames.filter(({ requestId }) => requestId === id);
            const { streamId } = shown[0]!;
            later.send({ action: "resume", streamId });
            const stored = await later.log.whole(streamId);
            expect(textOf(stored).startsWith(textOf(shown))).toBe(true);
            expect(stored.at(-1)).toMatchObject({
              type: "stream_complete",
              fullContent: textOf(stored),
              requestId: id,
            });
            expect(stored.at(-1)!.offset).toMatch(/^2-/);
            texts.add(textOf(stored));
          }
          expect(texts.size).toBe(1);
        },
      );
    });

    describe("the log", () => {
      it("is JSON lines that name connection, stream and request, and never holds a token", async () => {
        await using app = await start({ SLUICE_OFFLINE_PACE: "60,300", LOG_LEVEL: "debug" });
        const headers = { Authorization: "Bearer secret456" };
        await using client = await SocketClient.open(`${app.wsUrl}/titles?token=secret123&ticket=secret789`, {
          headers,
        });
        client.send({ action: "stream", projectId: "p", userInput: ARTICLES[0].text, requestId: "logged" });
        client.send({ action: "authenticate", token: "secret123" });
        const { streamId } = await client.log.first(({ type }) => type === "start");
        await request(`${app.url}/titles/streams/${streamId}?token=secret123`, { headers });
        await request(`${app.url}/titles/stream?token=secret123`, {
          ...posted({}),
          headers: { ...headers, "Content-Type": "application/json" },
        });
        await app.terminate();
        const lines = app.output.split("\n").filter((line) => line.startsWith("{"));
        const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(entries.some((entry) => entry["streamId"] === streamId && entry["requestId"] === "logged")).toBe(true);
        expect(entries.some((entry) => typeof entry["connectionId"] === "string")).toBe(true);
        expect(app.output).not.toMatch(/secret(123|456|789)/);
      });
    });
  });
}

function expectTitles(frames: readonly WireFrame[], phrases: readonly string[], sessionId = "project-1"): void {
  expect(frames[0]!.type).toBe("start");
  expect(disorder(frames)).toEqual([]);
  expect(frames.at(-1)!).toMatchObject({ type: "stream_complete", fullContent: textOf(frames), sessionId });
  expect(textOf(frames).length).toBeGreaterThan(100);
  const kinds = frames.map(({ type }) => type).join(" ");
  expect(kinds).toMatch(/^start progress( progress)*( stream_chunk)+( progress)* stream_complete$/);
  const progress = frames.filter(({ type }) => type === "progress").map((frame) => frame["progress"] as number);
  expect(progress).toEqual(progress.toSorted((left, right) => left - right));
  expect(progress.at(-1)).toBe(100);
  for (const frame of frames) if (frame.type === "stream_chunk") expect(frame["sessionId"]).toBe(sessionId);
  expectAbout(frames.at(-1)!["titles"], phrases);
}

/** Every title is a text, and most name what the article is about. */
function expectAbout(titles: unknown, phrases: readonly string[]): void {
  const list = titles as readonly string[];
  expect(list.length).toBeGreaterThanOrEqual(3);
  const about = list.filter((title) => phrases.some((phrase) => title.toLowerCase().includes(phrase.toLowerCase())));
  expect(about.length, list.join(" | ")).toBeGreaterThan(list.length / 2);
}
