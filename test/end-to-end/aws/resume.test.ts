import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "sluice/client";
import { FakeClock } from "../../../src/testing/fake-clock.ts";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { disorder, isLast, textOf } from "../support/frames.ts";
import { request } from "../support/http-client.ts";
import { type OnAws, onAws } from "../support/on-aws.ts";
import { SocketClient } from "../support/socket-client.ts";

const TOKENS = 120;
const REQUEST = { count: TOKENS, everyMs: 10 };
const HOUR = 3_600_000;

function clientOf({ url }: OnAws): Client {
  return createClient({ url: `${url}/proof`, session: randomUUID(), random: () => 0.05 });
}

/** The text of a run, read to its end; `half` is called once, in its middle. */
async function readWhole(client: Client, half: () => void): Promise<{ text: string; last: unknown }> {
  const run = client.run("tokens", REQUEST);
  let text = "";
  let last: unknown;
  let told = false;
  for await (const event of run) {
    last = event;
    if (event.type === "text-delta") text += event.text;
    if (told || text.length < numberedText(TOKENS / 2).length) continue;
    told = true;
    half();
  }
  return { text, last };
}

describe("an answer outlives what carries it, on API Gateway, Lambda and DynamoDB", () => {
  let deployment: OnAws;
  let clock: FakeClock;
  beforeAll(async () => {
    clock = new FakeClock(Date.now());
    deployment = await onAws({ clock, leaseMs: 1500 });
  });
  afterAll(() => deployment[Symbol.asyncDispose]());

  it("law 3: a connection that is gone in the middle (410): the run goes on, and the client that comes back has it whole", async () => {
    const client = clientOf(deployment);
    const api = deployment.home.apis["proof"]!;
    const { text, last } = await readWhole(client, () => {
      for (const id of api.connectionIds) api.disconnect(id);
    });
    expect(text).toBe(numberedText(TOKENS));
    expect(last).toMatchObject({ type: "complete", text });
    expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
    client.close();
  });

  it("law 3: a connection that reaches its two hours in the middle of an answer", async () => {
    const client = clientOf(deployment);
    let aged: Promise<void> | undefined;
    const { text, last } = await readWhole(client, () => (aged = clock.advance(2 * HOUR)));
    await aged;
    expect(text).toBe(numberedText(TOKENS));
    expect(last).toMatchObject({ type: "complete", text });
    expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
    client.close();
  });

  it("law 6: nobody watches, and the run goes on to its end", async () => {
    const client = await SocketClient.open(`${deployment.wsUrl}/proof`);
    client.send({ action: "tokens", ...REQUEST });
    const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
    await client[Symbol.asyncDispose]();
    const at = `${deployment.url}/proof/streams/${streamId}`;
    await expect.poll(async () => (await request(at)).body["state"], { timeout: 10_000 }).toBe("complete");
    expect((await request(at)).body["text"]).toBe(numberedText(TOKENS));
  });

  it("laws 4 and 5: a worker that dies in the middle: what was shown stands in the store, and the sweep ends it as interrupted", async () => {
    await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
    client.send({ action: "tokens", ...REQUEST, count: 5000 });
    const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
    deployment.home.functions.worker.killEnvironments();
    const at = `${deployment.url}/proof/streams/${streamId}`;
    await expect
      .poll(
        async () => {
          await deployment.home.functions.worker.invokeLater({ source: "aws.events" });
          return client.ws.readyState;
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBe(client.ws.CLOSED);
    const { body } = await request(at);
    expect(body).toMatchObject({ state: "error", error: { code: "interrupted" } });
    const shown = client.frames;
    const offset = shown.at(-1)!.offset!;
    await using back = await SocketClient.open(`${deployment.wsUrl}/proof`);
    back.send({ action: "resume", streamId, offset });
    const rest = await back.log.whole(streamId);
    const all = [...shown, ...rest];
    expect(disorder(all)).toEqual([]);
    expect(all.filter(isLast)).toHaveLength(1);
    expect(all.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
    expect(textOf(all)).toBe(body["text"]);
    expect(numberedText(5000).startsWith(textOf(all))).toBe(true);
  });

  it("law 5: the next reader finds a dead worker's run, without a sweep", async () => {
    await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
    client.send({ action: "tokens", ...REQUEST, count: 5000 });
    const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
    deployment.home.functions.worker.killEnvironments();
    const at = `${deployment.url}/proof/streams/${streamId}`;
    await expect.poll(async () => (await request(at)).body["state"], { timeout: 10_000, interval: 200 }).toBe("error");
    expect((await request(at)).body).toMatchObject({ error: { code: "interrupted" } });
    await client.closed;
  });
});
