import type { JsonObject } from "../../protocol/json.ts";
import type { Fault } from "./fault.ts";
import type { Operation } from "./operation.ts";

/** A live record of one request. */
export interface Call {
  /** The answer's `x-amzn-requestid`. */
  readonly id: string;
  readonly operation: Operation;
  readonly modelId: string;
  /** The request's body as it was parsed. */
  readonly body: JsonObject;
  /** `finished`: the emulator ended the answer, be it by a fault; `aborted`: the client went away before. */
  readonly state: "open" | "finished" | "aborted";
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly abortedAt: number | undefined;
  /** Text, reasoning and tool input fragments sent so far. */
  readonly pieces: number;
  /** What went wrong with its answer, once it did. */
  readonly fault: Fault | undefined;
  /** Resolves when the call is no longer open. */
  readonly ended: Promise<"finished" | "aborted">;
}

/** The emulator's side of a call. */
export class CallRecord implements Call {
  readonly id: string;
  readonly operation: Operation;
  readonly modelId: string;
  readonly body: JsonObject;
  readonly startedAt: number;
  readonly ended: Promise<"finished" | "aborted">;
  pieces = 0;
  fault: Fault | undefined;
  #state: Call["state"] = "open";
  #endedAt: number | undefined;
  readonly #settle: (state: "finished" | "aborted") => void;

  constructor(call: Pick<Call, "id" | "operation" | "modelId" | "body" | "startedAt">) {
    this.id = call.id;
    this.operation = call.operation;
    this.modelId = call.modelId;
    this.body = call.body;
    this.startedAt = call.startedAt;
    const { promise, resolve } = Promise.withResolvers<"finished" | "aborted">();
    this.ended = promise;
    this.#settle = resolve;
  }

  get state(): Call["state"] {
    return this.#state;
  }

  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  get abortedAt(): number | undefined {
    return this.#state === "aborted" ? this.#endedAt : undefined;
  }

  /** The first end counts. */
  end(state: "finished" | "aborted", at: number): void {
    if (this.#state !== "open") return;
    this.#state = state;
    this.#endedAt = at;
    this.#settle(state);
  }
}

/** The last calls, and who waits for the next one. */
export class CallLog {
  readonly calls: CallRecord[] = [];
  readonly #keep: number;
  #next: PromiseWithResolvers<Call> | undefined;

  constructor(keep: number) {
    this.#keep = keep;
  }

  add(call: CallRecord): void {
    this.calls.push(call);
    if (this.calls.length > this.#keep) this.calls.shift();
    this.#next?.resolve(call);
    this.#next = undefined;
  }

  next(): Promise<Call> {
    this.#next ??= Promise.withResolvers<Call>();
    return this.#next.promise;
  }
}
