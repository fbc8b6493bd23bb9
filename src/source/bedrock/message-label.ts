/** What a message is, by its headers. */
export interface MessageLabel {
  readonly type: "event" | "exception" | "error";
  /** The event's or the exception's type, or the error's code. */
  readonly name: string;
  /** Of an error: what it says. */
  readonly errorMessage?: string;
}

/** Bytes of a header's value by its type; those of binary (6) and string (7) stand before it, in two bytes. */
const VALUE_BYTES: readonly (number | undefined)[] = [0, 0, 1, 2, 4, 8, undefined, undefined, 8, 16];
const STRING = 7;

/** Reads the headers of one message; undefined where they are no headers or do not say what it is. */
export function readLabel(bytes: Buffer): MessageLabel | undefined {
  const headers = stringsOf(bytes);
  const type = headers?.get(":message-type");
  if (type !== "event" && type !== "exception" && type !== "error") return undefined;
  const name = headers?.get(type === "error" ? ":error-code" : `:${type}-type`);
  if (name === undefined) return undefined;
  return type === "error" ? { type, name, errorMessage: headers?.get(":error-message") ?? "" } : { type, name };
}

/** The headers that are strings, the last one of each name. */
function stringsOf(bytes: Buffer): Map<string, string> | undefined {
  const strings = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const typeAt = at + 1 + bytes[at]!;
    const type = bytes[typeAt];
    if (type === undefined) return undefined;
    const name = bytes.toString("utf8", at + 1, typeAt);
    let valueAt = typeAt + 1;
    let length = VALUE_BYTES[type];
    if (type === 6 || type === STRING) {
      if (valueAt + 2 > bytes.length) return undefined;
      length = bytes.readUInt16BE(valueAt);
      valueAt += 2;
    }
    if (length === undefined || valueAt + length > bytes.length) return undefined;
    at = valueAt + length;
    if (type === STRING) strings.set(name, bytes.toString("utf8", valueAt, at));
    else strings.delete(name);
  }
  return strings;
}
