import { HttpSocket } from "../../src/client/http-socket.ts";
import { Http } from "../../src/client/http.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { ModelHttp } from "../property/model-http.ts";
import { ServerModel } from "../property/server-model.ts";

/** An HTTP socket, and the server that the test plays for it. */
export interface SocketBench {
  readonly server: ServerModel;
  readonly model: ModelHttp;
  readonly clock: FakeClock;
  readonly socket: HttpSocket;
  readonly frames: JsonObject[];
  readonly closes: { code: number; reason: string }[];
  /** Calls, like `POST /ask`, oldest first. */
  readonly asked: string[];
  /** Streams that nobody reads. */
  readonly left: Set<string>;
  opened: number;
  heldBack: number;
  send(message: JsonObject): Promise<void>;
  /** Everything that is on its way comes. */
  flow(): Promise<void>;
}

/** A socket that has asked whether the server takes it. */
export function httpSocket(transport: "sse" | "poll"): SocketBench {
  const server = new ServerModel();
  const clock = new FakeClock();
  const model = new ModelHttp(server, clock);
  const asked: string[] = [];
  const http = new Http({
    base: () => "http://127.0.0.1:1/app",
    token: () => undefined,
    session: "mine",
    fetch: (url, init) => {
      const path = url.slice("http://127.0.0.1:1/app".length);
      asked.push(`${init.method} ${path}`);
      return model.fetch(path, init);
    },
    timers: clock,
  });
  const left = new Set<string>();
  const socket = new HttpSocket({
    transport,
    http,
    timers: clock,
    wanted: (streamId) => !left.has(streamId),
    heldBack: () => void (bench.heldBack += 1),
  });
  const flow = async (): Promise<void> => {
    do await settled();
    while ([model.pump(), model.deliver(Infinity)].includes(true));
  };
  const bench: SocketBench = {
    server,
    model,
    clock,
    socket,
    frames: [],
    closes: [],
    asked,
    left,
    opened: 0,
    heldBack: 0,
    flow,
    send(message) {
      socket.send(JSON.stringify(message));
      return flow();
    },
  };
  socket.addEventListener("open", () => void (bench.opened += 1));
  socket.addEventListener("message", ({ data }: { data?: string }) => {
    if (data === undefined) return;
    const frame = JSON.parse(data) as JsonObject;
    bench.frames.push(frame);
    // As a run does: after the last frame nobody reads on.
    if (server.streams.get(String(frame["streamId"]))?.isEnd(frame["offset"]) === true)
      left.add(String(frame["streamId"]));
  });
  socket.addEventListener("close", (close) => void bench.closes.push(close));
  return bench;
}
