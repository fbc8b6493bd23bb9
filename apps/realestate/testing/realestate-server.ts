import type { JsonObject } from "sluice";
import { type BedrockEmulator, FLAT_OUT, type Pace, type StandIn, startBedrockEmulator } from "sluice/emulator/bedrock";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { memory } from "sluice/store/memory";
import { WebSocket } from "ws";
import { realestate } from "../index.ts";
import { localDocuments } from "../local-documents.ts";
import { realestateStandIn } from "../offline.ts";
import type { Retriever } from "../retriever.ts";
import { SAMPLE_DOCUMENTS } from "../settings.ts";

export interface RealestateLab extends AsyncDisposable {
  readonly server: Server;
  readonly emulator: BedrockEmulator;
  readonly url: string;
  /** Sends one message on a WebSocket of its own, and collects the frames to the first of one of these types. */
  converse(message: unknown, ...until: string[]): Promise<JsonObject[]>;
  post(body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export interface LabOptions {
  readonly retriever?: Retriever;
  readonly modelArn?: string;
  readonly pace?: Pace;
  readonly standIn?: StandIn;
}

/** The whole system on loopback: everything in memory, the stand-in behind the Bedrock emulator, the sample documents. */
export async function startRealestate(options: LabOptions = {}): Promise<RealestateLab> {
  const {
    retriever = localDocuments(SAMPLE_DOCUMENTS),
    modelArn,
    pace = FLAT_OUT,
    standIn = realestateStandIn,
  } = options;
  const emulator = await startBedrockEmulator({ models: { "offline.realestate": standIn }, pace });
  const source = bedrock({ modelId: "offline.realestate", endpoint: emulator.url, maxAttempts: 1 });
  const system = realestate({ retriever, ...(modelArn !== undefined && { modelArn }) });
  const server = await serve({ realestate: system }, { store: memory(), source, port: 0, signals: false });
  const url = `${server.url}/realestate`;
  return {
    server,
    emulator,
    url,
    converse: (message, ...until) => converse(url, message, until),
    post: (body, headers = {}) =>
      fetch(`${url}/invoke`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await emulator.close();
    },
  };
}

function converse(url: string, message: unknown, until: readonly string[]): Promise<JsonObject[]> {
  const socket = new WebSocket(url.replace("http", "ws"));
  const frames: JsonObject[] = [];
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The connection was closed.")));
    socket.on("open", () => socket.send(typeof message === "string" ? message : JSON.stringify(message)));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as JsonObject;
      frames.push(frame);
      if (!until.includes(String(frame["type"]))) return;
      resolve(frames);
      socket.close();
    });
  });
}

/** The text that a page shows which adds up the deltas. */
export function shownBy(frames: readonly JsonObject[]): string {
  return frames.flatMap((frame) => (frame["type"] === "delta" ? String(frame["content"]) : [])).join("");
}

/** The JSON objects of a body of server-sent events, with the id of each. */
export function eventsIn(body: string): { readonly id: string | undefined; readonly frame: JsonObject }[] {
  return body
    .split("\n\n")
    .filter((block) => block.includes("data: "))
    .map((block) => ({
      id: /^id: (.*)$/m.exec(block)?.[1],
      frame: JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as JsonObject,
    }));
}
