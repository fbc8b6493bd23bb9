import type { Context } from "hono";
import type { Dialect } from "../../dialect.ts";
import { nativeDialect } from "../../dialect/native.ts";
import type { Gateway } from "../../gateway.ts";
import { SluiceError } from "../../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";

/** Names the dialect of the frames that a request asks for. */
export const DIALECT_HEADER = "Sluice-Dialect";

/** The dialect of an event stream or a long poll (PROTOCOL.md section 7.7); a name that we do not know is `bad_request`. */
export function frameDialect(c: Context, gateway: Gateway): Dialect {
  const name = c.req.header(DIALECT_HEADER) ?? "";
  if (name !== "" && name !== NATIVE_SUBPROTOCOL) {
    throw new SluiceError("bad_request", `"${DIALECT_HEADER}" must be ${NATIVE_SUBPROTOCOL}, or absent.`);
  }
  return name === "" ? gateway.dialect : nativeDialect;
}

/** The dialect in which a request is told what is wrong with it: that of its frames, where it asks for any. */
export function errorDialect(c: Context, gateway: Gateway): Dialect {
  const native = asksForFrames(c) && c.req.header(DIALECT_HEADER) === NATIVE_SUBPROTOCOL;
  return native ? nativeDialect : gateway.dialect;
}

function asksForFrames(c: Context): boolean {
  return wants(c, "text/event-stream") || c.req.query("wait") !== undefined;
}

/** Whether the client asks for this media type. */
export function wants(c: Context, mediaType: string): boolean {
  return (c.req.header("accept") ?? "").toLowerCase().includes(mediaType);
}
