import { describe, expect, it } from "vitest";
import type { JsonObject } from "sluice/protocol";
import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { titles } from "../../apps/titles/index.ts";
import { serveApp } from "./support/app.ts";
import { examplesIn, sectionText } from "./support/document.ts";
import { Model } from "./support/model.ts";
import { mustFit } from "./support/schemas.ts";
import { SocketClient } from "./support/socket-client.ts";

const EXAMPLE_ID = "dZ0mS7TtJ1y2c3Rr8hQx4A";
const PIECES = ["1. Where Rivers End\n", "2. The Long Way Down"];

describe("the examples of PROTOCOL.md, byte for byte", () => {
  it("section 13.1: the exchange of titles", async () => {
    const [message, ...frames] = examplesIn(sectionText("13.1"));
    const exchange = frames.filter((line) => line.includes('"offset"'));
    await using server = await serveApp("titles", new Model({ pieces: PIECES }));
    const client = await connected(`${server.url}/titles`);
    client.send(message!);
    expect(await texts(client, exchange.length)).toEqual(exchange);
    await client.close();
  });

  it("section 8: start and the events of the native dialect, and section 6.2: start", async () => {
    const model = new Model({ pieces: ["1. Where ", "Rivers End\n"], afterwards: "wait" });
    await using server = await serveApp("titles", model);
    const asker = await connected(`${server.url}/titles`);
    asker.send(JSON.stringify({ action: "stream", requestId: "r1", projectId: "p1", userInput: "Rivers" }));
    const start = await asker.texts.take("start");
    const { streamId } = JSON.parse(start) as { streamId: string };
    await model.waiting();
    await texts(asker, 3);
    const viewer = await connected(`${server.url}/titles`, true);
    viewer.send(JSON.stringify({ action: "resume", streamId }));
    const untimed = (text: string): string => text.replace(/"at":\d+/, '"at":0');
    expect([anonymised(start)]).toEqual(examplesIn(sectionText("6.2")));
    const ranges = examplesIn(sectionText("8")).filter((line) => line.includes('"offset"'));
    expect((await texts(viewer, ranges.length)).map(untimed)).toEqual(ranges.map(untimed));
    await asker.close();
    await viewer.close();
  });
});

describe("the titles app itself (PROTOCOL.md section 13.1)", () => {
  it("sends frames that fit, its first progress right after start, and none between its chunks", async () => {
    const model = new Model({ pieces: PIECES });
    const options = { store: memory(), source: model.source, port: 0, signals: false };
    await using server = await serve({ titles }, options);
    const client = await connected(`${server.url}/titles`);
    client.send(examplesIn(sectionText("13.1"))[0]!);
    const frames: JsonObject[] = [];
    while (frames.at(-1)?.["type"] !== "stream_complete") {
      const frame = JSON.parse(await client.texts.take("stream_complete")) as JsonObject;
      mustFit("titles-frame.json", frame);
      frames.push(frame);
    }
    await client.close();
    const types = frames.map(({ type }) => type).join(" ");
    expect(types).toMatch(/^start progress (progress )*stream_chunk stream_chunk (progress )*stream_complete$/);
    expect(frames[1]).toMatchObject({ step: "Analyzing prompt cards...", progress: 10, offset: "1-1" });
    expect(frames.at(-1)).toMatchObject({
      fullContent: PIECES.join(""),
      sessionId: "p1",
      titles: ["Where Rivers End", "The Long Way Down"],
    });
  });
});

async function connected(url: string, native = false): Promise<SocketClient> {
  const opened = await SocketClient.open(url, { native });
  if (!("client" in opened)) throw new Error(`refused with ${opened.status}`);
  return opened.client;
}

async function texts(client: SocketClient, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(anonymised(await client.texts.take("the next frame")));
  return taken;
}

/** The frame with the examples' stream id. */
function anonymised(text: string): string {
  return text.replace(/("streamId":")[A-Za-z0-9_-]{22}"/, `$1${EXAMPLE_ID}"`);
}
