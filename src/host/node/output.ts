import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { HostOutput, OpenOutput } from "../http/event-stream.ts";

/** An event stream written straight to Node's response; cut when the client takes nothing for `stallMs` (law 7). */
export function nodeOutput(stallMs: number): OpenOutput {
  return (c, headers): HostOutput => {
    const { outgoing } = c.env as HttpBindings;
    return {
      open() {
        outgoing.socket?.setNoDelay(true);
        outgoing.writeHead(200, headers);
        outgoing.setTimeout(stallMs, () => {
          if (outgoing.writableLength > 0) outgoing.destroy();
          else outgoing.socket?.setTimeout(stallMs);
        });
      },
      write: (text) => outgoing.write(text),
      end: () => void outgoing.end(),
      onDrain: (listener) => void outgoing.on("drain", listener),
      onGone: (listener) => void outgoing.on("close", listener),
      response: RESPONSE_ALREADY_SENT,
    };
  };
}
