import {
  BedrockRuntimeClient,
  type ConverseCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/clock.ts";
import {
  type BedrockEmulator,
  type BedrockEmulatorOptions,
  FLAT_OUT,
  startBedrockEmulator,
} from "../../src/emulator/bedrock/index.ts";

/** What the SDK may speak to Bedrock; the first is its default. */
export const PROTOCOLS = ["HTTP/2", "HTTP/1.1"] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/** An emulator for this test, as fast as it can. */
export async function startEmulator(options: BedrockEmulatorOptions): Promise<BedrockEmulator> {
  const emulator = await startBedrockEmulator({ pace: FLAT_OUT, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** An SDK client of an emulator for this test; it tries once. */
export function connectedClient({ url }: BedrockEmulator, protocol: Protocol): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    ...(protocol === "HTTP/1.1" && { requestHandler: new NodeHttpHandler() }),
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A conversation of one message. */
export function say(text: string): ConverseCommandInput["messages"] {
  return [{ role: "user", content: [{ text }] }];
}

export async function collect<T>(stream: AsyncIterable<T> | undefined): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return chunks;
}

export function textIn(chunks: readonly ConverseStreamOutput[]): string {
  return chunks.map((chunk) => chunk.contentBlockDelta?.delta?.text ?? "").join("");
}

/** A source's clock: time stands still until it is moved, and pauses of less than a second (the backoff) take none. */
export class ManualClock implements Clock {
  time = 0;
  readonly #timers = new Set<{ due: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms < 1000) {
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    }
    const timer = { due: this.time + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  turn(callback: () => void): void {
    setImmediate(callback);
  }

  advance(ms: number): void {
    this.time += ms;
    for (const timer of this.#timers) {
      if (timer.due <= this.time && this.#timers.delete(timer)) timer.callback();
    }
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }
}
