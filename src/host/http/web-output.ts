import type { OpenOutput } from "./event-stream.ts";

/** Unread bytes above which the client counts as slow. */
const HIGH_WATER = 64 * 1024;

/** An event stream as the body of a web response, for hosts that give nothing better. */
export const webOutput: OpenOutput = (_c, headers) => {
  const encoder = new TextEncoder();
  let drained = (): void => {};
  let gone = (): void => {};
  let over = false;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const end = (): void => {
    if (over) return;
    over = true;
    gone();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull: () => drained(),
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
  );
  return {
    open() {},
    write(text) {
      if (over) return false;
      controller.enqueue(encoder.encode(text));
      return (controller.desiredSize ?? 0) > 0;
    },
    get bufferedBytes() {
      return over ? 0 : HIGH_WATER - (controller.desiredSize ?? HIGH_WATER);
    },
    end() {
      if (over) return;
      controller.close();
      end();
    },
    cut() {
      if (over) return;
      controller.error(new Error("The event stream was broken off."));
      end();
    },
    onDrain: (listener) => void (drained = listener),
    onGone: (listener) => void (gone = listener),
    response: new Response(body, { status: 200, headers }),
  };
};
