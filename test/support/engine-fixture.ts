import type { Bus } from "../../src/bus.ts";
import type { Allowances } from "../../src/steward/allowance.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import type { Connection } from "../../src/connection.ts";
import { continuedSource } from "../../src/continued-source.ts";
import type { Dialect } from "../../src/dialect.ts";
import { Engine } from "../../src/engine.ts";
import { type Gateway, gateway } from "../../src/gateway.ts";
import { localHub } from "../../src/hub/local.ts";
import { randomId } from "../../src/ids.ts";
import { type Limits, defaultLimits } from "../../src/limits.ts";
import { type Logger, silentLogger } from "../../src/logger.ts";
import { type Principal, placeCaller } from "../../src/principal.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import type { Quotas } from "../../src/quotas.ts";
import { memoryQuotas } from "../../src/quotas/memory.ts";
import type { Records } from "../../src/records.ts";
import { route } from "../../src/route.ts";
import type { Store } from "../../src/store.ts";
import { memory } from "../../src/store/memory.ts";
import type { Tracing } from "../../src/tracing.ts";
import { RecordingTransport } from "../../src/testing/recording-transport.ts";
import { ScriptedSource } from "../../src/testing/scripted-source.ts";

/** Frames that a reader of tests takes in at a glance. */
export const plainDialect: Dialect = {
  name: "plain",
  encode(_start, event) {
    switch (event.type) {
      case "status":
        return { type: "status", text: event.text };
      case "text-delta":
        return { type: "chunk", content: event.text };
      case "complete":
        return { type: "done", content: event.text };
      case "error":
        return { type: "error", code: event.code, message: event.message };
      default:
        return undefined;
    }
  },
  error: (error) => ({ type: "error", code: error.code, message: error.message }),
};

/** A schema that takes any object. */
export const anyObject = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => ({ value: value as JsonObject }),
  },
} as const;

/** `ask` streams what the model says. */
export const ask = route({
  input: anyObject,
  async *run({ source, signal }) {
    const answer = yield* source.stream({ messages: [{ role: "user", content: "go" }], signal });
    return { length: answer.text.length };
  },
});

/** The same, and it goes on in another process where its own died. */
export const goOn = route({
  input: anyObject,
  onCrash: "continue",
  async *run({ source, soFar, signal }) {
    const model = continuedSource(source, soFar);
    const answer = yield* model.stream({ messages: [{ role: "user", content: "go" }], signal });
    return { length: answer.text.length };
  },
});

export interface FixtureOptions {
  readonly store?: Store;
  readonly records?: Records;
  readonly bus?: Bus;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly limits?: Partial<Limits>;
  readonly quotas?: Quotas;
  readonly allowances?: Allowances;
  readonly gateway?: Gateway;
  readonly tracing?: Tracing;
}

/** An engine without a host: links are recording transports, the model is played by the test. */
export interface Fixture {
  readonly engine: Engine;
  readonly model: ScriptedSource;
  connect(options?: { principal?: Principal; session?: string; app?: string; dialect?: Dialect }): TestLink;
}

export interface TestLink {
  readonly connection: Connection;
  readonly transport: RecordingTransport;
  /** Hands a message to the connection as its client would. */
  say(message: JsonObject): void;
}

export function engineFixture(options: FixtureOptions = {}): Fixture {
  const backend = memory();
  const model = new ScriptedSource();
  const plain = options.gateway ?? gateway({ routes: { ask }, dialect: plainDialect });
  const limits = { ...defaultLimits, ...options.limits };
  const engine = new Engine({
    gateways: { app: plain, other: plain },
    store: options.store ?? backend.store,
    records: options.records ?? backend.records,
    ...(options.bus !== undefined && { bus: options.bus }),
    blobs: backend.blobs,
    hub: localHub(),
    quotas: options.quotas ?? memoryQuotas(options.clock),
    ...(options.allowances !== undefined && { allowances: options.allowances }),
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    ...(options.tracing !== undefined && { tracing: options.tracing }),
    limits,
    source: () => model,
  });
  return {
    engine,
    model,
    connect({ principal, session, app = "app", dialect } = {}) {
      const id = randomId();
      const transport = new RecordingTransport();
      const caller = placeCaller(app, principal, session, id);
      const link = { id, caller, transport, maxFrameBytes: limits.maxOutboundFrameBytes };
      const connection = engine.accept({ ...link, ...(dialect !== undefined && { dialect }) });
      return { connection, transport, say: (message) => connection.receive(JSON.stringify(message)) };
    },
  };
}
