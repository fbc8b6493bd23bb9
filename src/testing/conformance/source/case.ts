import type { JsonObject } from "../../../protocol/json.ts";
import type { ProgressEvent } from "../../../protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "../../../source.ts";

/** What the model behind the source does, in order. `cut` breaks the connection; after `stall` nothing more is sent. */
export type ScriptPiece =
  | { readonly text: string }
  | { readonly toolUse: { readonly id: string; readonly name: string; readonly input: JsonObject } }
  | { readonly fault: "cut" | "end" | "stall" };

/** What the model answers to a call, by the call's number from 0. */
export type SourceScript = (call: number) => readonly ScriptPiece[] | "throttle" | "refuse";

/** A request as it came to the provider. */
export interface UpstreamRecord {
  readonly ended: Promise<"finished" | "aborted">;
}

/** The source of one case, and the provider behind it. */
export interface SourcePlace {
  readonly source: Source;
  readonly calls: readonly UpstreamRecord[];
  /** Moves the source's clock. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** One case of the suite. */
export interface SourceCase {
  readonly title: string;
  readonly script: SourceScript;
  run(place: SourcePlace): Promise<void>;
}

/** What came of one answer. */
export interface SourceReading {
  readonly events: readonly ProgressEvent[];
  readonly text: string;
  readonly answer?: ModelAnswer;
  readonly error?: unknown;
}

/** A request with one question. */
export function question(fields?: Partial<ModelRequest>): ModelRequest {
  return { messages: [{ role: "user", content: "Hello" }], signal: new AbortController().signal, ...fields };
}

/** Reads an answer to its end. */
export async function readAnswer(stream: ReturnType<Source["stream"]>): Promise<SourceReading> {
  const events: ProgressEvent[] = [];
  const text = (): string => events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) return { events, text: text(), answer: next.value };
      events.push(...[next.value].flat());
    }
  } catch (error) {
    return { events, text: text(), error };
  }
}

/** Reads until there is text. */
export async function readText(stream: ReturnType<Source["stream"]>): Promise<void> {
  for (;;) {
    const next = await stream.next();
    if (next.done === true) throw new Error("The answer ended without text.");
    if ([next.value].flat().some(({ type }) => type === "text-delta")) return;
  }
}
