import { parseOffset } from "../../src/protocol/offset.ts";
import type { Reading } from "./reading.ts";

/** A frame of any of the transports. */
export interface ChaosFrame {
  readonly type?: string;
  readonly streamId?: string;
  readonly offset?: string;
  readonly content?: string;
  readonly code?: string;
  readonly partialLength?: number;
}

/** Codes that an ask may be answered with while something is broken; whoever asks comes back. */
const PASSING = ["internal", "interrupted", "rate_limited", "timeout"];

/** How far a viewer has come with one answer, over however many links. */
export class Progress {
  streamId: string | undefined;
  offset: string | undefined;
  returns = 0;
  readonly #requestId: string;
  readonly #problems: string[] = [];
  #text = "";
  #end: string | undefined;
  #last: ChaosFrame = {};

  constructor(requestId: string) {
    this.#requestId = requestId;
  }

  /** Nothing more is to come. */
  get settled(): boolean {
    return this.#end !== undefined;
  }

  /** A frame as it came. */
  takeJson(json: string): void {
    const frame = this.#parsed(json);
    if (frame !== undefined) this.take(frame);
  }

  /** The answer to a poll, or to the request that it follows. */
  takePoll(body: string): void {
    const answer = this.#parsed(body) as (ChaosFrame & { frames?: readonly ChaosFrame[] }) | undefined;
    if (answer?.streamId !== undefined) this.streamId = answer.streamId;
    for (const frame of answer?.frames ?? []) this.take(frame);
  }

  /** What is no JSON was torn, or is another's: that may never be. */
  #parsed(json: string): ChaosFrame | undefined {
    try {
      return JSON.parse(json) as ChaosFrame;
    } catch {
      this.#problems.push(`no JSON: ${json.slice(0, 80)}`);
      return undefined;
    }
  }

  take(frame: ChaosFrame): void {
    if (this.settled) return void this.#problems.push(`after its end: ${JSON.stringify(frame)}`);
    if (frame.offset === undefined) return this.#answer(frame);
    this.#inOrder(frame.offset, frame.type);
    this.streamId ??= frame.streamId;
    if (frame.streamId !== this.streamId) this.#problems.push(`a frame of another stream for ${this.#requestId}`);
    this.offset = frame.offset;
    this.#last = frame;
    if (frame.type === "chunk") this.#text += frame.content;
    else if (frame.type === "error") this.#end = frame.code ?? "error";
    else if (frame.type !== "start") this.#end = frame.type ?? "?";
  }

  /** An HTTP request was not answered with what was asked for. */
  refused(status: number, body: string): void {
    const { code = `status ${status}` } = parsed(body);
    // Where nothing is new the end was seen before.
    if (status !== 204) this.#answer({ type: "error", code });
  }

  reading(): Reading {
    const { partialLength, content, type } = this.#last;
    return {
      streamId: this.streamId!,
      text: this.#text,
      end: this.#end!,
      offset: this.offset!,
      ...(partialLength !== undefined && { partialLength }),
      ...(type === "complete" && content !== undefined && { answer: content }),
      returns: this.returns,
      problems: this.#problems,
    };
  }

  #answer({ type, code }: ChaosFrame): void {
    if (type === "error" && PASSING.includes(code!)) return;
    this.#problems.push(`an answer of ${code ?? type} at ${this.offset ?? "the beginning"}`);
    this.#end = code ?? type ?? "?";
  }

  #inOrder(offset: string, type: string | undefined): void {
    const [before, now] = [parseOffset(this.offset ?? ""), parseOffset(offset)];
    if (now === undefined) this.#problems.push(`no offset: ${offset}`);
    else if (before !== undefined && type !== "start" && (now.seq <= before.seq || now.epoch < before.epoch)) {
      this.#problems.push(`${offset} after ${this.offset}`);
    }
  }
}

function parsed(body: string): ChaosFrame {
  try {
    return JSON.parse(body) as ChaosFrame;
  } catch {
    return {};
  }
}
