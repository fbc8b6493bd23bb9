import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { OpenOutput } from "../http/event-stream.ts";

/** An event stream written straight to Node's response. */
export const nodeOutput: OpenOutput = (c, headers) => {
  const { outgoing } = c.env as HttpBindings;
  return {
    open() {
      outgoing.socket?.setNoDelay(true);
      outgoing.writeHead(200, headers);
    },
    write: (text) => outgoing.write(text),
    get bufferedBytes() {
      return outgoing.writableLength;
    },
    end: () => void outgoing.end(),
    cut: () => void outgoing.destroy(),
    onDrain: (listener) => void outgoing.on("drain", listener),
    onGone(listener) {
      // Who left before will not leave again.
      if (outgoing.destroyed) queueMicrotask(listener);
      else outgoing.on("close", listener);
    },
    response: RESPONSE_ALREADY_SENT,
  };
};
