import type { Authorize, JsonObject } from "sluice";
import { type Call, FLAT_OUT, startBedrockEmulator } from "sluice/emulator/bedrock";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { memory } from "sluice/store/memory";
import { llm } from "../index.ts";
import { llmStandIns } from "../offline.ts";

export const MODELS = ["offline.llm", "offline.llm-brief"] as const;

/** The LLM gateway on a free port, with its stand-ins behind the Bedrock emulator. */
export interface LlmLab extends AsyncDisposable {
  readonly server: Server;
  /** What was asked upstream. */
  readonly calls: readonly Call[];
  /** Says it over a WebSocket of its own; gives the frames up to the first of these types. */
  converse(message: JsonObject, ...ends: readonly string[]): Promise<JsonObject[]>;
  post(route: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export async function startLlm(authorize?: Authorize): Promise<LlmLab> {
  const emulator = await startBedrockEmulator({ models: llmStandIns, pace: FLAT_OUT });
  const gateway = { ...llm({ models: MODELS }), ...(authorize !== undefined && { authorize }) };
  const source = bedrock({ modelId: MODELS[0], endpoint: emulator.url });
  const server = await serve({ llm: gateway }, { store: memory(), source, port: 0, signals: false });
  return {
    server,
    calls: emulator.calls,
    async converse(message, ...ends) {
      const socket = new WebSocket(`${server.url.replace("http", "ws")}/llm`);
      const frames: JsonObject[] = [];
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.addEventListener("message", ({ data }) => {
        const frame = JSON.parse(String(data)) as JsonObject;
        frames.push(frame);
        if (ends.includes(String(frame["type"]))) resolve();
      });
      socket.addEventListener("close", () => reject(new Error(`closed after ${JSON.stringify(frames)}`)));
      socket.addEventListener("open", () => socket.send(JSON.stringify(message)));
      await promise.finally(() => socket.close());
      return frames;
    },
    post: (route, body, headers) =>
      fetch(`${server.url}/llm/${route}`, {
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
