import { type ErrorCode, SluiceError, codeWith, knownCode } from "../protocol/errors.ts";
import { isJsonObject, type JsonObject } from "../protocol/json.ts";
import { Unreachable } from "./unreachable.ts";

/** What an HTTP answer that is no success says; the body's form is the app's own, its code is ours. */
export async function errorOf(response: Response): Promise<SluiceError | Unreachable> {
  const parsed: unknown = await response.json().catch(() => undefined);
  const body = isJsonObject(parsed) ? parsed : {};
  const inner = isJsonObject(body["error"]) ? body["error"] : body;
  const code = knownCode(inner["code"]) ?? codeOfStatus(response.status);
  if (code === undefined) return new Unreachable(`HTTP ${response.status}`);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new SluiceError(code, messageOf(inner) ?? `The server answered ${response.status}.`, {
    ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }),
  });
}

function messageOf(body: JsonObject): string | undefined {
  const { message, error } = body;
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : undefined;
}

/** A server error without a code of ours is not our server's. */
function codeOfStatus(status: number): ErrorCode | undefined {
  return status >= 500 ? undefined : (codeWith("status", status) ?? "bad_request");
}
