/** A JSON object as it came over the wire. */
export interface WireFrame {
  readonly type?: unknown;
  readonly streamId?: string;
  readonly offset?: string;
  readonly requestId?: string;
  readonly [name: string]: unknown;
}

/** Ends every stream, in all dialects. */
const LAST = new Set(["complete", "stream_complete", "done", "response", "result", "error", "cancelled"]);

/** Whether a frame is the last of its stream: only frames of a stream carry an offset. */
export function isLast(frame: WireFrame): boolean {
  return frame.offset !== undefined && LAST.has(String(frame.type));
}

/** The text that these frames add up to. */
export function textOf(frames: readonly WireFrame[]): string {
  return frames.map(({ type, content }) => (type === "stream_chunk" ? (content as string) : "")).join("");
}

export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** Reads an offset, `<epoch>-<seq>`. */
export function placeOf(frame: WireFrame): Place {
  const parts = /^([1-9]\d*)-(0|[1-9]\d*)$/.exec(frame.offset ?? "");
  if (parts === null) throw new Error(`No offset: ${JSON.stringify(frame)}`);
  return { epoch: Number(parts[1]), seq: Number(parts[2]) };
}

/** The places that break "every offset once, seqs strictly rising" (law 3); `start` may come twice (law 8). */
export function disorder(frames: readonly WireFrame[]): string[] {
  const problems: string[] = [];
  let before: Place | undefined;
  for (const frame of frames) {
    if (frame.type === "start" && before !== undefined) continue;
    const place = placeOf(frame);
    if (before !== undefined && (place.seq <= before.seq || place.epoch < before.epoch)) {
      problems.push(`${frame.offset} after ${before.epoch}-${before.seq}`);
    }
    before = place;
  }
  return problems;
}

/** The text of native frames (PROTOCOL.md section 8). */
export function nativeTextOf(frames: readonly WireFrame[]): string {
  const events = frames.flatMap(({ events = [] }) => events as readonly WireFrame[]);
  return events.map(({ type, text }) => (type === "text-delta" ? (text as string) : "")).join("");
}

/** The native frames that do not begin right after the one before them; the first has to begin at this seq (law 4). */
export function holes(frames: readonly WireFrame[], next = 0): string[] {
  const problems: string[] = [];
  for (const frame of frames) {
    const { first = frame.offset } = frame as { first?: string };
    const { seq } = placeOf({ offset: first! });
    if (seq !== next) problems.push(`${first} where ${next} comes next`);
    next = placeOf(frame).seq + 1;
  }
  return problems;
}

/** Test bounds on how long something may take that should take a moment. */
export const PATIENCE_MS = 15_000;

/** Frames in the order in which they came, and a way to wait for one. */
export class FrameLog {
  readonly frames: WireFrame[] = [];
  /** `performance.now()` of each frame. */
  readonly times: number[] = [];
  readonly #waiters = new Set<() => void>();
  #end: string | undefined;

  push(frame: WireFrame): void {
    this.frames.push(frame);
    this.times.push(performance.now());
    for (const waiter of this.#waiters) waiter();
  }

  /** No frame will come any more. */
  end(reason: string): void {
    this.#end ??= reason;
    for (const waiter of this.#waiters) waiter();
  }

  /** Why no frame comes any more; undefined while some may. */
  get ended(): string | undefined {
    return this.#end;
  }

  /** The first frame that fits, also one that has come already. Rejects where none can come any more. */
  async first(fits: (frame: WireFrame) => boolean, what = "the frame"): Promise<WireFrame> {
    return this.when(() => this.frames.find(fits), what);
  }

  /** The frames of this stream (of any, without one) once its last one is here. */
  async whole(streamId?: string): Promise<WireFrame[]> {
    const mine = (frame: WireFrame): boolean =>
      frame.offset !== undefined && (streamId === undefined || frame.streamId === streamId);
    await this.first((frame) => mine(frame) && isLast(frame), "the end of the stream");
    return this.frames.filter(mine);
  }

  /** What `look` gives as soon as it gives something. */
  async when<Found>(look: () => Found | undefined, what: string): Promise<Found> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const tail = (): string => JSON.stringify(this.frames.slice(-3)).slice(0, 600);
      if (this.#end !== undefined) throw new Error(`${what} did not come before the end (${this.#end}): ${tail()}`);
      if (Date.now() >= deadline) throw new Error(`${what} did not come in time: ${tail()}`);
      await this.#change(deadline - Date.now());
    }
  }

  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiters.add(done);
    });
  }
}
