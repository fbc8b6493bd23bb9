import { setTimeout as wait } from "node:timers/promises";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { nativeDialect } from "../dialect/native.ts";
import { gateway } from "../gateway.ts";
import { type Server, serve } from "../host/node/serve.ts";
import type { Limits } from "../limits.ts";
import type { Event } from "../protocol/events.ts";
import { route } from "../route.ts";
import type { Source } from "../source.ts";
import { iterable } from "../source/iterable.ts";
import { memory } from "../store/memory.ts";
import { faultProxy } from "../testing/fault-proxy.ts";
import { checkTokens, numberedText, numberedToken } from "../testing/numbered-tokens.ts";
import { replayable } from "../testing/seeded-random.ts";
import { type Client, createClient } from "./index.ts";

interface Question {
  readonly question: string;
}

const questions: StandardSchemaV1<Question> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof (value as Partial<Question>).question === "string"
        ? { value: value as Question }
        : { issues: [{ message: "must be text", path: ["question"] }] },
  },
};

const system = gateway({
  routes: {
    ask: route({
      input: questions,
      async *run({ input, source, signal }) {
        yield { type: "status", text: "Thinking" };
        const { text } = yield* source.stream({ messages: [], signal });
        return { length: text.length, question: input.question.length };
      },
    }),
  },
  dialect: nativeDialect,
});

function serveSystem(source: Source, limits: Partial<Limits> = {}): Promise<Server> {
  return serve({ app: system }, { store: memory(), source, port: 0, signals: false, limits });
}

function connect(url: string): Client<typeof system> & Disposable {
  const client = createClient<typeof system>({ url: `${url}/app`, random: () => 0.002 });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

function textOf(events: readonly Event[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

async function collect(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** A source that goes on until it is aborted. */
function endless(): Source {
  return iterable(async function* () {
    for (let number = 0; ; number += 1) {
      yield numberedToken(number);
      await wait(1);
    }
  });
}

describe("the client against a real server", () => {
  it(
    "laws 3 and 8: sockets cut at random bytes lose, double and reorder nothing, and one run goes upstream",
    replayable(async (random) => {
      const cutsWanted = 30;
      const runs = 3;
      let cuts = 0;
      const counts: number[] = [];
      const source = iterable(async function* () {
        const call = counts.push(0) - 1;
        for (; cuts < cutsWanted || counts[call]! < 500; counts[call]! += 1) {
          yield numberedToken(counts[call]!);
          if (counts[call]! % 4 === 0) await wait(1);
        }
      });
      await using server = await serveSystem(source);
      await using proxy = await faultProxy(server.port, { random });
      using client = connect(proxy.url);
      const viewed = Array.from({ length: runs }, () => client.run("ask", { question: "what is it" }));
      const collected = viewed.map(collect);
      while (cuts < cutsWanted) {
        await proxy.cutAfter(random.integer(1, 4000));
        cuts += 1;
      }
      const all = await Promise.all(collected);

      const texts = all.map(textOf);
      for (const text of texts) {
        expect(checkTokens(text)).toEqual({ lost: [], doubled: [], reordered: [], foreign: [] });
      }
      expect(texts.toSorted()).toEqual(counts.map((count) => numberedText(count)).toSorted());
      expect(viewed.map(({ text }) => text)).toEqual(texts);
      for (const [index, run] of viewed.entries()) {
        expect(await run.result).toEqual({ length: texts[index]!.length, question: 10 });
      }
      for (const events of all) {
        const others = events.map((event) => event.type).filter((type) => type !== "text-delta");
        expect(others).toEqual(["start", "status", "complete"]);
      }
      expect(counts).toHaveLength(runs);
      expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
      expect(client.stats.reconnects).toBeGreaterThan(cutsWanted / 4);
    }),
  );

  it("law 6: cancel stops the run upstream, keeps the text so far, and is acknowledged", async () => {
    await using server = await serveSystem(endless());
    using client = connect(server.url);
    const run = client.run("ask", { question: "?" });
    const events = collect(run);
    await new Promise<void>((resolve) => run.subscribe(() => run.text.length > 50 && resolve()));
    await run.cancel();
    const last = (await events).at(-1);

    expect(run.state).toBe("cancelled");
    expect(last).toMatchObject({ type: "cancelled", partialLength: run.text.length });
    await expect(run.result).rejects.toMatchObject({ code: "cancelled" });
    expect((await client.streams({ state: "ended" })).items).toMatchObject([{ streamId: run.streamId }]);
  });

  it("law 6: a cancel before the stream's id is known cancels the run that then comes", async () => {
    await using server = await serveSystem(endless());
    using client = connect(server.url);
    const first = client.run("ask", { question: "?" });
    await first.started;
    const run = client.run("ask", { question: "!" });
    expect(run.streamId).toBeUndefined();
    await run.cancel();

    expect(run.state).toBe("cancelled");
    expect(first.state).toBe("streaming");
    await first.cancel();
  });

  it("law 6: cancel goes over HTTP while the socket is down", async () => {
    await using server = await serveSystem(endless());
    await using proxy = await faultProxy(server.port);
    const client = createClient<typeof system>({
      wsUrl: `${proxy.url}/app`,
      httpUrl: `${server.url}/app`,
      random: () => 1,
    });
    const run = client.run("ask", { question: "?" });
    await new Promise<void>((resolve) => run.subscribe(() => run.text.length > 0 && resolve()));
    const down = new Promise<void>((resolve) => run.subscribe(() => run.state === "resuming" && resolve()));
    proxy.cut();
    await down;
    await run.cancel();
    const [stream] = (await client.streams()).items;

    expect(client.connection.state).toBe("waiting");
    expect(stream).toMatchObject({ streamId: run.streamId, state: "cancelled" });
    client.close();
  });

  it("a request above 32 KB goes over HTTP and is followed on the WebSocket", async () => {
    await using server = await serveSystem(iterable(() => ["answer"]));
    using client = connect(server.url);
    const question = "ü".repeat(20_000);
    const run = client.run("ask", { question });
    const events = await collect(run);

    expect(await run.result).toEqual({ length: 6, question: 20_000 });
    expect(events.map(({ type }) => type)).toEqual(["start", "status", "text-delta", "complete"]);
    expect(client.connection.state).toBe("open");
  });

  it("a frame that was too large has its text put back from the stream's state", async () => {
    const pieces = Array.from({ length: 40 }, (_, number) => numberedToken(number, 100));
    await using server = await serveSystem(
      iterable(() => pieces),
      { maxOutboundFrameBytes: 2000 },
    );
    using client = connect(server.url);
    const run = client.run("ask", { question: "?" });
    const last = (await collect(run)).at(-1);

    expect(last).toMatchObject({ type: "complete", text: pieces.join("") });
    expect(run.text).toBe(pieces.join(""));
    expect(await run.result).toEqual({ length: run.text.length, question: 1 });
  });

  it("law 3: a late iterator gets every event from the beginning, from the log", async () => {
    await using server = await serveSystem(iterable(() => ["one ", "two"]));
    using client = connect(server.url);
    const run = client.run("ask", { question: "?" });
    const early = collect(run);
    await run.result;

    expect(await collect(run)).toEqual(await early);
    expect((await early).map(({ type }) => type)).toEqual(["start", "status", "text-delta", "text-delta", "complete"]);
    expect(client.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 0 });
  });

  it("follows another client's stream after an offset, and learns at its end how it ended", async () => {
    await using server = await serveSystem(iterable(() => ["one ", "two"]));
    using client = connect(server.url);
    const run = client.run("ask", { question: "?" });
    const result = await run.result;
    using other = connect(server.url);
    const rest = await collect(other.follow(run.streamId!, { offset: "1-2" }));
    const atEnd = other.follow(run.streamId!, { offset: run.offset, route: "ask" });

    expect(rest.map(({ type }) => type)).toEqual(["text-delta", "complete"]);
    expect(await collect(atEnd)).toEqual([]);
    expect(await atEnd.result).toEqual(result);
    expect(atEnd).toMatchObject({ state: "complete", text: "one two" });
  });

  it("laws 9 and 11: unknown streams and bad input end their run with the server's code", async () => {
    await using server = await serveSystem(iterable(() => ["fine"]));
    using client = connect(server.url);
    const unknown = client.follow("nowhere");
    const wrong = client.run("ask", { question: 5 as unknown as string });
    const beyond = client.run("ask", { question: "?" });
    await beyond.result;

    await expect(unknown.result).rejects.toMatchObject({ code: "not_found" });
    await expect(collect(unknown)).rejects.toMatchObject({ code: "not_found" });
    await expect(wrong.result).rejects.toMatchObject({ code: "bad_request", message: "question: must be text" });
    await expect(client.follow(beyond.streamId!, { offset: "1-99" }).result).rejects.toMatchObject({
      code: "stream_gone",
    });
    expect(beyond.text).toBe("fine");
  });

  it("law 9: an app that does not exist fails the connection, and its runs with it", async () => {
    await using server = await serveSystem(iterable(() => ["fine"]));
    const client = createClient({ url: `${server.url}/nothing`, random: () => 0.5 });
    const run = client.run("ask", {});

    await expect(run.result).rejects.toMatchObject({ code: "not_found" });
    expect(client.connection.state).toBe("failed");
    client.close();
  });
});
