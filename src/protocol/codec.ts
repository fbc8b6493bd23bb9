import { SluiceError } from "./errors.ts";
import { isJsonObject, type JsonObject } from "./json.ts";

/** Longest `requestId`, in UTF-16 units. */
export const MAX_REQUEST_ID = 128;

/** Deepest nesting of a message. Writing JSON is recursive: what is much deeper could be read, and never written again. */
export const MAX_DEPTH = 100;

/** Reads a client's message (PROTOCOL.md section 5): a JSON object, or `bad_request`. */
export function decodeMessage(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SluiceError("bad_request", "The message is not JSON.");
  }
  if (!isJsonObject(value)) throw new SluiceError("bad_request", "The message must be a JSON object.");
  if (isDeep(value, MAX_DEPTH)) {
    throw new SluiceError("bad_request", `The message is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return value;
}

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeep(inner, left - 1));
}

/** The message's own text field `name`, undefined where it has none; `bad_request` where it is no text. */
export function textField(message: JsonObject, name: string, maxLength: number = MAX_REQUEST_ID): string | undefined {
  const value = Object.hasOwn(message, name) ? message[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.length > maxLength) {
    throw new SluiceError("bad_request", `"${name}" must be a string of at most ${maxLength} characters.`);
  }
  return value;
}

/** The message's `requestId`, if it has one: any string of 1 to 128 characters. */
export function requestIdOf(message: JsonObject): string | undefined {
  const requestId = textField(message, "requestId");
  return requestId === "" ? undefined : requestId;
}
