import type { Connection } from "../../connection.ts";
import { nativeDialect } from "../../dialect/native.ts";
import { gateway } from "../../gateway.ts";
import { type Server, serve } from "../../host/node/serve.ts";
import { randomId } from "../../ids.ts";
import { placeCaller } from "../../principal.ts";
import type { DataEvent, Event } from "../../protocol/events.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { route } from "../../route.ts";
import { memory } from "../../store/memory.ts";
import { FakeClock, settled } from "../../testing/fake-clock.ts";
import { RecordingTransport } from "../../testing/recording-transport.ts";
import { ScriptedSource } from "../../testing/scripted-source.ts";

/** A client of the lab, in this process: what it was sent is in its transport. */
export interface LabLink {
  readonly connection: Connection;
  readonly transport: RecordingTransport;
  say(message: JsonObject): void;
  /** Values of the `data` events of this name that came so far. */
  data(name: string): unknown[];
  /** The first event of this type; waits until there is one. */
  event(type: Event["type"]): Promise<Event>;
}

/** A server whose system `app` says what the test plays, with the operator's side, on a clock of its own. */
export interface OperationsLab extends AsyncDisposable {
  readonly server: Server;
  readonly clock: FakeClock;
  readonly model: ScriptedSource;
  link(app: string): LabLink;
  /** Lets time pass, and what came of it reach its readers. */
  pass(ms: number): Promise<void>;
}

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as JsonObject }) },
} as const;

const app = gateway({
  routes: {
    ask: route({
      input: anything,
      async *run({ source, signal }) {
        yield* source.stream({ messages: [], signal });
      },
    }),
  },
  dialect: nativeDialect,
});

/** More than it takes from an event to its reader: handler, commit, frame. */
const TURNS = 8;

export async function operationsLab(): Promise<OperationsLab> {
  const clock = new FakeClock();
  const model = new ScriptedSource();
  const server = await serve(
    { app },
    { store: memory(), source: model, port: 0, signals: false, clock, operations: true, features: { standIn: true } },
  );
  return {
    server,
    clock,
    model,
    link: (name) => link(server, name),
    async pass(ms) {
      await clock.advance(ms);
      for (let turn = 0; turn < TURNS; turn += 1) await settled();
    },
    async [Symbol.asyncDispose]() {
      const closed = server.close();
      // Answers that the test has left open have their grace time.
      await clock.advance(60_000);
      await closed;
    },
  };
}

function link({ engine }: Server, app: string): LabLink {
  const id = randomId();
  const transport = new RecordingTransport();
  const caller = placeCaller(app, undefined, undefined, id);
  const parts = { id, caller, transport, dialect: nativeDialect, maxFrameBytes: engine.limits.maxOutboundFrameBytes };
  const connection = engine.accept(parts);
  return {
    connection,
    transport,
    say: (message) => connection.receive(JSON.stringify(message)),
    data: (name) =>
      eventsIn(transport.frames)
        .filter((event): event is DataEvent => event.type === "data" && event.name === name)
        .map(({ value }) => value),
    event: (type) => transport.until((frames) => eventsIn(frames).find((event) => event.type === type)),
  };
}

function eventsIn(frames: readonly JsonObject[]): Event[] {
  return frames.flatMap((frame) => {
    if (frame["type"] === "events") return frame["events"] as unknown as Event[];
    return frame["type"] === "cancelled" ? [frame as unknown as Event] : [];
  });
}
