import type { Client, ConnectionState, Event, Json, JsonObject } from "sluice/client";
import { SluiceError } from "sluice/client";
import type { OperationsGateway } from "sluice/operations";
import { Listeners } from "../../listeners.ts";

/** A run whose events a test tells. */
export class ScriptedRun implements AsyncIterable<Event> {
  readonly route: string;
  readonly input: JsonObject;
  readonly #waiting: Event[] = [];
  readonly #outcome = Promise.withResolvers<unknown>();
  error: SluiceError | undefined;
  detached = false;
  #over = false;
  #wake = Promise.withResolvers<void>();

  constructor(route: string, input: JsonObject) {
    this.route = route;
    this.input = input;
    this.#outcome.promise.catch(() => {});
  }

  get result(): Promise<unknown> {
    return this.#outcome.promise;
  }

  tell(...events: readonly Event[]): void {
    this.#waiting.push(...events);
    this.#wake.resolve();
  }

  data(name: string, value: unknown): void {
    this.tell({ type: "data", name, value: value as Json });
  }

  end(result: unknown): void {
    this.#outcome.resolve(result);
    this.#finish();
  }

  fail(error: SluiceError): void {
    this.error = error;
    this.#outcome.reject(error);
    this.#finish();
  }

  detach(): void {
    this.detached = true;
    this.fail(new SluiceError("interrupted", "The run is no longer followed here."));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift()!;
      if (this.#over) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  #finish(): void {
    this.#over = true;
    this.#wake.resolve();
  }
}

/** A client of the operator's side that asks no server: a test answers its runs. */
export class ScriptedClient {
  readonly runs: ScriptedRun[] = [];
  readonly #listeners = new Listeners();
  connection: ConnectionState = { state: "open", transport: "websocket", attempt: 0 };

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  run(route: string, input: JsonObject): ScriptedRun {
    const run = new ScriptedRun(route, input);
    this.runs.push(run);
    return run;
  }

  /** The last run of a route. */
  last(route: string): ScriptedRun {
    return this.runs.findLast((run) => run.route === route)!;
  }

  become(connection: ConnectionState): void {
    this.connection = connection;
    this.#listeners.tell();
  }

  reconnect(): void {}

  get typed(): Client<OperationsGateway> {
    return this as unknown as Client<OperationsGateway>;
  }
}
