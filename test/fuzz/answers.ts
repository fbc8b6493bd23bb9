import { ERRORS } from "sluice";

/** What of an HTTP response is there. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly complete: boolean;
}

/** Reads the first final response in these bytes; undefined while its headers are not all there. `1xx` are passed over. */
export function readAnswer(bytes: Buffer, method: string): HttpAnswer | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first, ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first!)?.[1]);
  const rest = bytes.subarray(end + 4);
  if (status >= 100 && status < 200 && status !== 101) return readAnswer(rest, method);
  const headers = new Map(
    lines.map((line) => [line.split(":")[0]!.toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  if (method === "HEAD" || status === 204 || status === 304) return { status, headers, body: "", complete: true };
  if (headers.get("transfer-encoding") === "chunked") return { status, headers, ...readChunks(rest) };
  const length = Number(headers.get("content-length") ?? Number.NaN);
  return { status, headers, body: rest.toString("utf8", 0, length), complete: rest.length >= length };
}

function readChunks(bytes: Buffer): Pick<HttpAnswer, "body" | "complete"> {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = end < 0 ? Number.NaN : Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (Number.isNaN(size) || size === 0) return { body: Buffer.concat(parts).toString("utf8"), complete: size === 0 };
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** Statuses that stand in front of the table: what was refused could not be read as a request of an app. */
const EARLY: Readonly<Record<number, string>> = { 408: "timeout", 431: "payload_too_large", 503: "rate_limited" };
const GOOD = new Set([101, 200, 201, 202, 204]);

/** What is wrong with an HTTP answer; undefined where it is a documented one. */
export function undocumentedAnswer(answer: HttpAnswer, method: string): string | undefined {
  const { status, body } = answer;
  if (GOOD.has(status)) return undefined;
  if (status >= 500 && status !== 503) return `status ${status}`;
  if (method === "HEAD") return undefined;
  const code = codeOf(body);
  if (code === undefined) return `status ${status} without a code`;
  if (code === "internal" || !Object.hasOwn(ERRORS, code)) return `status ${status} with code ${code}`;
  if (ERRORS[code as keyof typeof ERRORS].status === status || EARLY[status] === code) return undefined;
  return `status ${status} with code ${code}`;
}

/** What is wrong with a frame that the server sent; undefined where it is a documented one. */
export function undocumentedFrame(json: string): string | undefined {
  let frame: { type?: unknown; code?: unknown };
  try {
    frame = JSON.parse(json) as typeof frame;
  } catch {
    return "a frame that is not JSON";
  }
  if (typeof frame.type !== "string") return "a frame without a type";
  if (frame.type !== "error") return undefined;
  const { code } = frame;
  return typeof code === "string" && code !== "internal" && Object.hasOwn(ERRORS, code)
    ? undefined
    : `code ${String(code)}`;
}

export function codeOf(body: string): string | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}

/** A frame from a server (RFC 6455 section 5.2), and where the next begins; undefined while it is not whole. */
export function readFrame(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly end: number } | undefined {
  if (bytes.length < 2) return undefined;
  if ((bytes[1]! & 0x80) !== 0 || (bytes[0]! & 0xf0) !== 0x80)
    throw new Error("a masked, reserved or unfinished frame");
  const form = bytes[1]! & 0x7f;
  const head = form === 127 ? 10 : form === 126 ? 4 : 2;
  if (bytes.length < head) return undefined;
  const length = form === 127 ? Number(bytes.readBigUInt64BE(2)) : form === 126 ? bytes.readUInt16BE(2) : form;
  if (bytes.length < head + length) return undefined;
  return { opcode: bytes[0]! & 0x0f, payload: bytes.subarray(head, head + length), end: head + length };
}
