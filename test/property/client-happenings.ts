import type { Event } from "../../src/protocol/events.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { parseOffset } from "../../src/protocol/offset.ts";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";
import type { ClientLab } from "./client-lab.ts";
import type { ModelStream } from "./model-stream.ts";

/** One thing that happens; `size` says how much, `which` to whom. */
export interface Step {
  readonly happens: string;
  readonly which: number;
  readonly size: number;
}

const named = (...lines: string[]): readonly string[] => lines.flatMap((names) => names.split(", "));

/** What an honest server, and any network, page and viewer may do to a client. */
export const HONEST: readonly string[] = named(
  "accept, accept, take, take, take, deliver, deliver, deliver, emit, emit, emit, emit, begin, wait, wait, refuse, cut",
  "flow, flow, flow, flow, flow, emit, emit, begin, wait, restart, late open, cutting, cancel, end, fail, take over, http",
  "http, enlarge, wall, wall, held, cut streams, freeze, thaw, page, page, goodbye",
);

/** The same, viewers that come later, and a server that sends what it should not, twice, too late or not at all. */
export const HAPPENINGS: readonly string[] = [
  ...HONEST,
  ...named("late, duplicate, overlap, gap, gone, zombie, zombie, follow, iterate, ended, trouble"),
];

const MOST_RUNS = 4;
const PAGE = ["offline", "online", "hidden", "visible", "frozen", "thawed"] as const;

/** It happens, as far as it can just now. */
export async function happen(lab: ClientLab, { happens, which, size }: Step): Promise<void> {
  const { server, http, live, links, runs } = lab;
  const run = runs[which % runs.length]!;
  const stream = server.streams.get(run.streamId ?? "") ?? server.ofRequest(run.requestId!);
  switch (happens) {
    case "begin":
      if (runs.length < MOST_RUNS) lab.begin(runs.length, size === 9);
      return;
    case "accept":
      if (live !== undefined) lab.dialled(live);
      return;
    case "flow":
      return void lab.flow();
    case "take":
      if (live !== undefined) server.take(live);
      return void http.pump();
    case "deliver":
      if (live !== undefined) lab.deliver(live, size);
      http.deliver(size);
      return;
    case "emit":
      stream?.append(...produced(stream, size));
      if (live !== undefined) server.pump(live);
      return void http.pump();
    case "cutting":
      server.cutting = { most: size, merged: which !== 0 };
      return;
    case "refuse":
      if (live?.socket.protocol === "") live.socket.cut(1006);
      return;
    case "cut":
    case "goodbye":
      if (live === undefined) return;
      // What the client has sent may have arrived, though no answer gets back.
      if (which === 0) server.take(live);
      live.socket.cut(happens === "cut" ? 1006 : 1012);
      return;
    case "cut streams":
      return http.cut(size * 5, which === 0);
    case "restart":
      server.restart(which !== 0);
      live?.socket.cut(size > 5 ? 1006 : 1012);
      return http.cut(0, size > 5);
    case "wall":
      lab.wall = (["refused", "hang", "mute"] as const)[size - 1] ?? "open";
      return;
    case "held":
      http.held = which !== 0;
      return;
    case "freeze":
    case "thaw":
      if (live !== undefined && which !== 1) live.frozen = happens === "freeze";
      if (which !== 0) http.freeze(happens === "freeze");
      return;
    case "page":
      return lab.tell(PAGE[size % PAGE.length]!);
    case "late":
      for (const link of links) if (link !== live) lab.deliver(link, size);
      return;
    case "late open":
      for (const { socket } of links) if (socket !== live?.socket && socket.protocol === "") socket.accept();
      return;
    case "duplicate":
    case "overlap": {
      if (stream === undefined || run.offset === undefined) return;
      const seen = parseOffset(run.offset)!.seq + 1;
      const to = happens === "duplicate" ? seen : Math.min(seen + size, stream.events.length);
      for (const frame of stream.frames(Math.max(0, seen - size), to, 20, which !== 0)) lab.inject(frame, stream);
      return;
    }
    case "gap":
      (live ?? http.pipes.at(-1))?.outgoing.splice(which, size);
      if (live !== undefined) live.torn = true;
      return;
    case "zombie": {
      const place = run.offset === undefined ? undefined : parseOffset(run.offset);
      if (place === undefined || stream === undefined) return;
      if (place.epoch < 2) {
        stream.takeOver();
        return stream.append(...produced(stream, size));
      }
      const offset = `${place.epoch - 1}-${place.seq + 1}`;
      const events: JsonObject[] = [{ type: "text-delta", text: "zombie" }];
      return lab.inject({ type: "events", streamId: stream.id, first: offset, offset, at: 1, events }, stream);
    }
    case "enlarge":
      if (stream !== undefined) stream.large = (["whole", "emptied", "left out"] as const)[which % 3]!;
      return;
    case "take over":
      return stream?.takeOver();
    case "end":
      return stream?.end("complete");
    case "fail":
      return stream?.end("error");
    case "gone":
      // A request that the client still has to send again would begin another run, rightly.
      if (stream === undefined || run.streamId === undefined || size > 2) return;
      stream.end("cancelled");
      stream.gone = true;
      return;
    case "ended":
      if (stream === undefined || stream.state === "running") return;
      live?.outgoing.push({ type: "ended", streamId: stream.id, state: stream.state, requestId: stream.requestId });
      return;
    case "trouble": {
      const told = which === 0 ? { requestId: run.requestId, code: "interrupted" } : { code: "internal" };
      if (which !== 0 && run.streamId === undefined) return;
      const about = which === 0 ? {} : { streamId: run.streamId };
      live?.socket.deliver({ type: "error", ...about, ...told, message: "not now", retryable: true });
      return;
    }
    case "cancel":
      if (size > 5) lab.cancel(run);
      return;
    case "follow": {
      if (run.streamId === undefined || lab.readings.length > 6) return;
      const offset = which === 0 ? undefined : run.offset;
      const from = offset === undefined ? 0 : parseOffset(offset)!.seq + 1;
      return lab.read(lab.client.follow(run.streamId, { offset }), from);
    }
    case "iterate":
      if (lab.readings.length < 6) lab.read(run, 0);
      return;
    case "http":
      http.weather = (["down", "bad", "slow", "silent", "deaf"] as const)[size - 1] ?? "up";
      return;
    case "wait":
      return lab.clock.advance(size ** 5);
  }
}

/** What a model says next: numbered tokens, with a status and a thought among them. */
function produced({ events }: ModelStream, count: number): Event[] {
  return Array.from({ length: count }, (_, index): Event => {
    const seq = events.length + index;
    if (seq % 7 === 3) return { type: "status", text: `at ${seq}` };
    if (seq % 7 === 5) return { type: "reasoning-delta", text: `because ${seq}` };
    // JSON leaves this line separator as it is: it must not end a line of an event stream.
    return { type: "text-delta", text: `${numberedToken(seq)}${seq % 9 === 4 ? "\u2028" : ""}` };
  });
}
