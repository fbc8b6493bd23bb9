import type { Dialect } from "./dialect.ts";
import type { Limits } from "./limits.ts";
import { type Step, mergeSteps } from "./merge.ts";
import { type Event, isTerminal } from "./protocol/events.ts";
import type { JsonObject } from "./protocol/json.ts";
import { type Offset, formatOffset } from "./protocol/offset.ts";
import type { Entry, Stream } from "./stream.ts";
import type { Frame } from "./transport.ts";

/** Turns a stream's committed events into frames of one dialect (PROTOCOL.md section 6). */
export class Encoder {
  readonly #stream: Stream;
  readonly #dialect: Dialect;
  readonly #limits: Limits;
  /** Longest frame in bytes; a longer one is sent with its text empty and `href`. */
  readonly #maxBytes: number;
  readonly #streamField: string;
  readonly #requestField: string;
  /** How every native frame of events begins, and what stands in it between the offset and the time. */
  readonly #eventsHead: string;
  readonly #eventsMiddle: string;

  constructor(stream: Stream, dialect: Dialect, limits: Limits, maxBytes: number) {
    this.#stream = stream;
    this.#dialect = dialect;
    this.#limits = limits;
    this.#maxBytes = maxBytes;
    this.#streamField = `"streamId":${JSON.stringify(stream.id)}`;
    this.#eventsHead = `{"type":"events",${this.#streamField},"first":"`;
    const requestId = stream.start.requestId;
    this.#requestField = requestId === undefined ? "" : `,"requestId":${JSON.stringify(requestId)}`;
    this.#eventsMiddle = `"${this.#requestField},"at":`;
  }

  /** Frames for these events, in order; events that the dialect does not speak of give none. */
  encode(entries: readonly Entry[]): Frame[] {
    const { mergeAbove, mergedBytes } = this.#limits;
    const steps = entries.length > mergeAbove ? mergeSteps(entries, mergedBytes) : entries;
    return this.#dialect.raw === true ? this.#rawFrames(steps) : this.#dialectFrames(steps);
  }

  /** The stream's `start` frame, the same in every dialect, but that the native one names the route. */
  startFrame(): Frame {
    const route = this.#dialect.raw === true ? { route: this.#stream.start.route } : {};
    return this.#frame(JSON.stringify({ type: "start", ...route }), START);
  }

  #dialectFrames(steps: readonly Step[]): Frame[] {
    const frames: Frame[] = [];
    for (const step of steps) {
      const event = eventOf(step);
      const common = this.#commonFrame(event, step);
      if (common !== undefined) {
        frames.push(common);
        continue;
      }
      const body = this.#dialect.encode(this.#stream.start, event, step.at);
      if (body !== undefined) frames.push(this.#fitted(body, event, step));
    }
    return frames;
  }

  /** Native frames: the events as stored, in dense ranges. */
  #rawFrames(steps: readonly Step[]): Frame[] {
    const frames: Frame[] = [];
    for (let from = 0; from < steps.length;) {
      const step = steps[from]!;
      const to = isCommon(step) ? from : this.#endOfBatch(steps, from);
      if (to === from) frames.push(this.#commonFrame(eventOf(step), step)!);
      else frames.push(this.#eventsFrame(steps.length === to - from ? steps : steps.slice(from, to)));
      from = Math.max(to, from + 1);
    }
    return frames;
  }

  /** How far one frame goes that begins with step `from`: to the next common one, or as far as it has room. */
  #endOfBatch(steps: readonly Step[], from: number): number {
    let size = steps[from]!.json.length;
    let to = from + 1;
    for (; to < steps.length && !isCommon(steps[to]!); to += 1) {
      size += steps[to]!.json.length;
      if (size > this.#limits.mergedBytes) break;
    }
    return to;
  }

  #eventsFrame(batch: readonly Step[]): Frame {
    const last = batch.at(-1)!;
    const events = batch.length === 1 ? last.json : batch.map(({ json }) => json).join(",");
    const offset = formatOffset(last.epoch, last.seq);
    const terminal = terminalOf(last);
    const whole = this.#eventsJson(batch, events, offset);
    if (this.#fits(whole)) return this.#streamFrame(whole, offset, terminal);
    const href = `,"href":"${this.#href}"`;
    const emptied = batch.map((step) => JSON.stringify(withoutText(eventOf(step)))).join(",");
    const reduced = this.#eventsJson(batch, emptied, offset, href);
    return this.#streamFrame(
      this.#fits(reduced) ? reduced : this.#eventsJson(batch, "", offset, href),
      offset,
      terminal,
    );
  }

  #eventsJson(batch: readonly Step[], events: string, offset: string, href = ""): string {
    const { epoch, seq, first = seq } = batch[0]!;
    const begin = batch.length === 1 && first === seq ? offset : formatOffset(epoch, first);
    const { at } = batch.at(-1)!;
    return `${this.#eventsHead}${begin}","offset":"${offset}${this.#eventsMiddle}${at}${href},"events":[${events}]}`;
  }

  /** `start` and `cancelled` look alike in every dialect. */
  #commonFrame(event: Event, step: Step): Frame | undefined {
    if (event.type === "start") return this.startFrame();
    if (event.type === "cancelled") return this.#frame(JSON.stringify(event), step, event);
    return undefined;
  }

  #fitted(body: JsonObject, event: Event, step: Step): Frame {
    const frame = this.#frame(JSON.stringify(body), step, event);
    if (this.#fits(frame.json)) return frame;
    const short = this.#dialect.encode(this.#stream.start, withoutText(event), step.at);
    const reduced = this.#frame(JSON.stringify({ ...short, href: this.#href }), step, event);
    if (this.#fits(reduced.json)) return reduced;
    const code = event.type === "error" ? { code: event.code } : {};
    return this.#frame(JSON.stringify({ type: body["type"], ...code, href: this.#href }), step, event);
  }

  #frame(body: string, { epoch, seq }: Offset, event?: Event): Frame {
    const open = body === "{}" ? "{" : `${body.slice(0, -1)},`;
    const offset = formatOffset(epoch, seq);
    const json = `${open}${this.#streamField},"offset":"${offset}"${this.#requestField}}`;
    return this.#streamFrame(json, offset, event);
  }

  #streamFrame(json: string, offset: string, event: Event | undefined): Frame {
    const streamId = this.#stream.id;
    if (event === undefined || !isTerminal(event)) return { json, streamId, offset };
    const answer = event.type === "complete" ? this.#dialect.answer?.(this.#stream.start, event) : undefined;
    return { json, streamId, offset, terminal: event, ...(answer !== undefined && { answer }) };
  }

  #fits(json: string): boolean {
    if (json.length * 3 <= this.#maxBytes) return true;
    return json.length <= this.#maxBytes && new TextEncoder().encode(json).length <= this.#maxBytes;
  }

  get #href(): string {
    return `/${this.#stream.app}/streams/${this.#stream.id}`;
  }
}

/** Where every stream begins. */
const START: Offset = { epoch: 1, seq: 0 };

function eventOf(step: Step): Event {
  return step.event ?? (JSON.parse(step.json) as Event);
}

function terminalOf(step: Step): Event | undefined {
  const { json } = step;
  const terminal = json.startsWith('{"type":"complete"') || json.startsWith('{"type":"error"');
  return terminal ? eventOf(step) : undefined;
}

function isCommon({ json }: Step): boolean {
  return json.startsWith('{"type":"start"') || json.startsWith('{"type":"cancelled"');
}

/** The event with its long texts emptied, for a frame that would be too large. */
function withoutText(event: Event): Event {
  if (event.type === "complete" || event.type === "text-delta" || event.type === "reasoning-delta") {
    return { ...event, text: "" };
  }
  if (event.type === "message") return { ...event, content: "" };
  return event;
}
