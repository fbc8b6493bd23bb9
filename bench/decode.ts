/**
 * What it costs to read a model's stream: Bedrock's SDK, its codec alone, and our source, on the same 100,000 deltas, replayed
 * by another process. `node --conditions=sluice-source bench/decode.ts [rounds] [deltas]` prints medians of interleaved rounds.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttp1Server, get } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { bedrock } from "sluice/source/bedrock";
import { AnswerReader } from "../src/source/bedrock/answer-reader.ts";
import { EventStreamDecoder } from "../src/source/bedrock/event-stream.ts";
import { median } from "./median.ts";

const DELTA_BYTES = 193;
const CONTENT_TYPE = { "content-type": "application/vnd.amazon.eventstream" };
/** What one read of a socket brings, at most. */
const PIECE_BYTES = 64 * 1024;
const REPLAY = "replay";

const [mode = "5", deltas = "100000"] = process.argv.slice(2);
const count = Number(deltas);

const codec = new EventStreamCodec(toUtf8, fromUtf8);

function frame(name: string, payload: object): Uint8Array {
  return codec.encode({
    headers: {
      ":event-type": { type: "string", value: name },
      ":content-type": { type: "string", value: "application/json" },
      ":message-type": { type: "string", value: "event" },
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
}

/** A token of 24 characters, and padding as from Bedrock. */
function delta(number: number): Uint8Array {
  const text = `${String(number).padStart(8, "0")} and on it goes.`;
  const payload = { contentBlockIndex: 0, delta: { text }, p: "" };
  const padding = DELTA_BYTES - frame("contentBlockDelta", payload).byteLength;
  return frame("contentBlockDelta", { ...payload, p: "p".repeat(padding) });
}

function frames(): Uint8Array[] {
  return [
    frame("messageStart", { role: "assistant" }),
    ...Array.from({ length: count }, (_, number) => delta(number)),
    frame("contentBlockStop", { contentBlockIndex: 0 }),
    frame("messageStop", { stopReason: "end_turn" }),
    frame("metadata", { usage: { inputTokens: 1, outputTokens: count, totalTokens: count + 1 } }),
  ];
}

interface Ports {
  readonly http1: number;
  readonly http2: number;
}

/** The other process: answers every request with the same bytes. */
async function replay(): Promise<void> {
  const bytes = Buffer.concat(frames());
  const http1 = createHttp1Server((request, response) => {
    request.resume();
    response.writeHead(200, CONTENT_TYPE).end(bytes);
  });
  const http2 = createHttp2Server();
  http2.on("stream", (stream) => {
    stream.on("error", () => {}).resume();
    stream.respond({ ":status": 200, ...CONTENT_TYPE });
    stream.end(bytes);
  });
  await Promise.all([http1, http2].map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  const [first, second] = [http1, http2].map((server) => (server.address() as AddressInfo).port);
  process.send?.({ http1: first!, http2: second! } satisfies Ports);
}

interface Way {
  readonly title: string;
  /** The way that its ratio is reckoned to. */
  readonly against: string;
  /** Reads the whole answer; gives the number of deltas, where it can tell. */
  readonly read: () => Promise<number>;
}

function waysOver({ http1, http2 }: Ports): readonly Way[] {
  const bytes = Buffer.concat(frames());
  const clientOf = (port: number, handler?: NodeHttpHandler): BedrockRuntimeClient =>
    new BedrockRuntimeClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
      ...(handler && { requestHandler: handler }),
    });
  const overHttp1 = clientOf(http1, new NodeHttpHandler());
  const overHttp2 = clientOf(http2);
  const [sdk1, sdk2] = ["SDK client, HTTP/1.1", "SDK client, HTTP/2"] as const;
  return [
    { title: sdk1, against: sdk1, read: () => readBySdk(overHttp1) },
    { title: sdk2, against: sdk2, read: () => readBySdk(overHttp2) },
    { title: "codec + JSON.parse, from memory", against: sdk1, read: async () => readByCodec(bytes) },
    { title: "our decoder and reader, from memory", against: sdk1, read: async () => readByDecoder(bytes) },
    { title: "our source, HTTP/1.1", against: sdk1, read: () => readBySource(overHttp1) },
    { title: "our source, HTTP/2", against: sdk2, read: () => readBySource(overHttp2) },
    { title: "the body alone, HTTP/1.1", against: sdk1, read: () => readHttp1(http1) },
    { title: "the body alone, HTTP/2", against: sdk2, read: () => readHttp2(http2) },
  ];
}

async function readBySdk(client: BedrockRuntimeClient): Promise<number> {
  const messages = [{ role: "user" as const, content: [{ text: "Go." }] }];
  const { stream } = await client.send(new ConverseStreamCommand({ modelId: "bench", messages }));
  let seen = 0;
  for await (const { contentBlockDelta } of stream!) if (contentBlockDelta?.delta?.text !== undefined) seen += 1;
  return seen;
}

function readByCodec(bytes: Buffer): number {
  let seen = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + bytes.readUInt32BE(at);
    const { headers, body } = codec.decode(bytes.subarray(at, end));
    const payload = JSON.parse(toUtf8(body)) as { delta?: { text?: string } };
    if (headers[":event-type"]?.value === "contentBlockDelta" && payload.delta?.text !== undefined) seen += 1;
    at = end;
  }
  return seen;
}

function readByDecoder(bytes: Buffer): number {
  let seen = 0;
  const reader = new AnswerReader();
  const decoder = new EventStreamDecoder((label, payload) => {
    if (reader.take(label, payload)?.type === "text-delta") seen += 1;
  });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) decoder.push(bytes.subarray(at, at + PIECE_BYTES));
  decoder.end();
  return seen;
}

async function readBySource(client: BedrockRuntimeClient): Promise<number> {
  const source = bedrock({ modelId: "bench", client });
  const { signal } = new AbortController();
  let seen = 0;
  for await (const events of source.stream({ messages: [{ role: "user", content: "Go." }], signal })) {
    for (const event of [events].flat()) if (event.type === "text-delta") seen += 1;
  }
  return seen;
}

async function readHttp1(port: number): Promise<number> {
  const request = get({ host: "127.0.0.1", port, agent: false });
  const [response] = (await once(request, "response")) as [Readable];
  await drain(response);
  return count;
}

async function readHttp2(port: number): Promise<number> {
  const session = connect(`http://127.0.0.1:${port}`);
  await drain(session.request({ ":path": "/" }));
  session.close();
  return count;
}

async function drain(body: Readable): Promise<void> {
  body.on("data", () => {});
  await once(body, "end");
}

interface Cost {
  readonly perSecond: number;
  /** CPU-seconds of this process for a million deltas. */
  readonly cpu: number;
}

async function measure(way: Way): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const seen = await way.read();
  const [seconds, { user, system }] = [(performance.now() - began) / 1000, process.cpuUsage(before)];
  if (seen !== count) throw new Error(`${way.title}: ${seen} deltas of ${count}.`);
  return { perSecond: count / seconds, cpu: (user + system) / count };
}

async function main(rounds: number): Promise<void> {
  using child = fork(import.meta.filename, [REPLAY, deltas], { stdio: "inherit" });
  const [ports] = (await once(child, "message")) as [Ports];
  const ways = waysOver(ports);
  const costs = new Map<string, Cost[]>(ways.map(({ title }) => [title, []]));
  for (const way of ways) await measure(way);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) costs.get(way.title)!.push(await measure(way));
  }
  print(["", "chunks/s", "CPU-s/M", "of the SDK's"]);
  for (const { title, against } of ways) {
    const own = costs.get(title)!;
    const ratios = own.map(({ cpu }, round) => cpu / costs.get(against)![round]!.cpu);
    print([
      title,
      Math.round(median(own.map(({ perSecond }) => perSecond))).toLocaleString("en"),
      median(own.map(({ cpu }) => cpu)).toFixed(2),
      median(ratios).toFixed(3),
    ]);
  }
}

function print([title, ...figures]: readonly string[]): void {
  process.stdout.write(`${title!.padEnd(38)}${figures.map((figure) => figure.padStart(14)).join("")}\n`);
}

if (mode === REPLAY) await replay();
else await main(Number(mode));
