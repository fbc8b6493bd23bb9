import { afterAll, beforeAll, onTestFinished, vi } from "vitest";
import { Dynalite } from "../../../../test/support/dynalite.ts";
import { ask, plainDialect } from "../../../../test/support/engine-fixture.ts";
import type { Clock } from "../../../clock.ts";
import type { LocalFunction } from "../../../emulator/lambda/local-function.ts";
import { startLambdaApi } from "../../../emulator/lambda/lambda-api.ts";
import { type Gateway, gateway } from "../../../gateway.ts";
import { randomId } from "../../../ids.ts";
import type { Job } from "../../../launcher.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { Roster } from "../../../roster.ts";
import type { Store, StreamHead } from "../../../store.ts";
import { type DynamoBackend, createTable, dynamodb } from "../../../store/dynamodb.ts";
import { FakeClock, settled } from "../../../testing/fake-clock.ts";
import { ScriptedSource } from "../../../testing/scripted-source.ts";
import type { LambdaOptions } from "../composition.ts";
import type { LambdaContext } from "../events.ts";
import { type LambdaHandler, messageHandler, workerHandler } from "../lambda.ts";
import type { SocketResult } from "../socket-events.ts";
import { CallbackServer } from "./callback-server.ts";

const TABLE = "sluice";

/** A table for the tests of one file. Call it at the top of the file. */
export function useTable(): () => Dynalite {
  let dynalite: Dynalite;
  beforeAll(async () => {
    dynalite = await Dynalite.start();
    await createTable(dynalite.client(), TABLE);
  });
  afterAll(() => dynalite[Symbol.asyncDispose]());
  return () => dynalite;
}

export interface LabOptions extends Partial<Omit<LambdaOptions, "store" | "source" | "worker">> {
  readonly gateways?: Readonly<Record<string, Gateway>>;
}

/** What an event of a connection brings beside its id. */
export interface SocketEventParts {
  readonly stage?: string;
  readonly domainName?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

/** The functions of one deployment, as API Gateway and Lambda would call them: each call is the test's. */
export class LambdaLab {
  readonly clock: FakeClock;
  readonly server: CallbackServer;
  /** The worker's model. */
  readonly model: ScriptedSource = new ScriptedSource();
  /** A back end of the test's own, beside those of the functions. */
  readonly backend: DynamoBackend;
  readonly handler: LambdaHandler;
  readonly options: LambdaOptions;
  /** What was handed over to the worker function, which nobody runs unless the test does. */
  readonly jobs: Job[] = [];
  /** Nothing can be handed over. */
  lambdaFails = false;
  readonly #gateways: Readonly<Record<string, Gateway>>;
  #looks = 0;
  readonly #committed: string[] = [];
  #news = Promise.withResolvers<void>();

  private constructor(
    clock: FakeClock,
    server: CallbackServer,
    backend: DynamoBackend,
    dynalite: Dynalite,
    { gateways = { app: gateway({ routes: { ask }, dialect: plainDialect }) }, ...options }: LabOptions,
  ) {
    this.clock = clock;
    this.server = server;
    this.backend = backend;
    this.#gateways = gateways;
    this.options = {
      store: async () => this.#watched(await openTable(dynalite, this.clock)),
      source: async () => this.model,
      worker: "worker",
      callbackUrl: server.url.replace(/[^/]+$/, "{stage}"),
      coalesceMs: 0,
      clock: this.clock,
      ...options,
    };
    this.handler = messageHandler(gateways, this.options);
  }

  static async start(dynalite: Dynalite, options: LabOptions = {}): Promise<LambdaLab> {
    const server = await CallbackServer.start();
    const clock = new FakeClock();
    const lab = new LambdaLab(clock, server, await openTable(dynalite, clock), dynalite, options);
    const invokeLater = async (job: Job): Promise<void> => {
      if (lab.lambdaFails) throw new Error("Lambda takes nothing.");
      lab.jobs.push(job);
    };
    const worker = { invokeLater } as unknown as LocalFunction;
    const api = await startLambdaApi({ functions: { worker } });
    vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", api.url);
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");
    onTestFinished(() => api.close());
    return lab;
  }

  /** A worker function in an environment of its own. */
  worker(): (job: Job, remainingMs?: number) => Promise<void> {
    const handler = workerHandler(this.#gateways, this.options);
    return async (job, remainingMs = 900_000) => void (await handler(job, remaining(remainingMs)));
  }

  /** The schedule's event. */
  async sweep(): Promise<void> {
    await workerHandler(this.#gateways, this.options)({ source: "aws.events" }, remaining(900_000));
  }

  /** A client connects; gives its connection's id. */
  async connect(parts: SocketEventParts = {}): Promise<string> {
    const id = `${randomId()}=`;
    const { statusCode } = await this.event("CONNECT", id, parts);
    if (statusCode !== 200) throw new Error(`The connection was refused with ${statusCode}.`);
    return id;
  }

  /** A client says something. */
  async say(id: string, message: JsonObject, parts: SocketEventParts = {}): Promise<void> {
    await this.event("MESSAGE", id, parts, JSON.stringify(message));
  }

  /** A client asks for a run; gives the job that was handed over. */
  async ask(id: string, message: JsonObject = {}, parts: SocketEventParts = {}): Promise<Job> {
    await this.say(id, { action: "ask", ...message }, parts);
    return this.jobs.at(-1)!;
  }

  /** Lets time pass in steps until this has happened. */
  async pass(stepMs: number, happened: Promise<unknown>): Promise<void> {
    let over = false;
    const stop = (): void => void (over = true);
    happened.then(stop, stop);
    while (!over) {
      // What goes over the network takes no time of this clock.
      await Promise.race([happened, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
      if (!over) await this.clock.advance(stepMs);
    }
    await happened;
  }

  /** Waits until a worker knows that an event which holds this text is stored. */
  async committed(text: string): Promise<void> {
    while (!this.#committed.some((json) => json.includes(text))) await this.#news.promise;
    await settled();
  }

  /** Waits until the stream's head is as asked. */
  async head(streamId: string, reached: (head: StreamHead) => boolean): Promise<StreamHead> {
    for (;;) {
      const head = await this.backend.store.head(streamId);
      if (head !== undefined && reached(head)) return head;
    }
  }

  /** Waits until nothing is known of a connection. */
  async forgotten(id: string, app = "app"): Promise<void> {
    while ((await this.backend.records.get({ collection: "connections", owner: app, id })) !== undefined);
  }

  /** Waits until workers have looked at their streams so many times. */
  async looked(times: number): Promise<void> {
    while (this.#looks < times) await this.#news.promise;
    await settled();
  }

  async event(
    eventType: "CONNECT" | "MESSAGE" | "DISCONNECT",
    connectionId: string,
    { stage = "app", domainName = "api.test", query, headers, authorizer }: SocketEventParts = {},
    body?: string,
  ): Promise<SocketResult> {
    const event = {
      requestContext: { eventType, connectionId, domainName, stage, ...(authorizer && { authorizer }) },
      ...(headers && { headers }),
      ...(query && { queryStringParameters: query }),
      ...(body !== undefined && { body, isBase64Encoded: false }),
    };
    return (await this.handler(event, remaining(29_000))) as SocketResult;
  }

  /** Takes note of what a function's back end has answered. */
  #watched(backend: DynamoBackend): DynamoBackend {
    const tell = (): void => {
      this.#news.resolve();
      this.#news = Promise.withResolvers<void>();
    };
    const append: Store["append"] = async (appends) => {
      const outcomes = await backend.store.append(appends);
      this.#committed.push(...appends.flatMap(({ events }) => events));
      tell();
      return outcomes;
    };
    const look: Roster["look"] = async (...asked) => {
      const news = await backend.roster.look(...asked);
      this.#looks += 1;
      tell();
      return news;
    };
    return { ...backend, store: instead(backend.store, { append }), roster: instead(backend.roster, { look }) };
  }

  /** What was posted to a connection, as its client reads it. */
  frames(id: string): JsonObject[] {
    return this.server.posted(id).map((body) => JSON.parse(body) as JsonObject);
  }

  /** The first frame of this type that was posted to a connection; waits until there is one. */
  async frame(id: string, type: string): Promise<JsonObject> {
    const found = (): JsonObject | undefined => this.frames(id).find((frame) => frame["type"] === type);
    await this.server.until(() => found() !== undefined);
    return found()!;
  }
}

/** Milliseconds that a step of `pass` waits for what is under way. */
const PATIENCE_MS = 20;

function openTable(dynalite: Dynalite, clock: Clock): Promise<DynamoBackend> {
  return dynamodb({ table: TABLE, client: dynalite.client(), clock });
}

function remaining(ms: number): LambdaContext {
  return { getRemainingTimeInMillis: () => ms };
}

/** The same, but for these methods. */
function instead<Part extends object>(part: Part, methods: Partial<Part>): Part {
  return new Proxy(part, {
    get(target, name) {
      if (name in methods) return Reflect.get(methods, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
