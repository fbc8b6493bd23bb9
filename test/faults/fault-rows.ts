import type { Fault, FaultRule, Piece } from "../../src/emulator/bedrock/index.ts";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { PROTOCOLS, type Protocol } from "../support/bedrock.ts";

/** One fault, and what its viewer sees. */
export interface FaultRow {
  /** What goes wrong, and the law that says what follows. */
  readonly title: string;
  readonly rule: FaultRule;
  /** Default: both. */
  readonly over: readonly Protocol[];
  /** The error's code; absent where the answer is whole all the same. */
  readonly code?: ErrorCode;
  /** The error's text, where the viewer may see what the provider says. */
  readonly message?: string;
  /** How many tokens the viewer sees of a failed answer; `some`: those that arrived before the connection broke. */
  readonly shown: number | "some" | "all";
  /** Calls upstream. */
  readonly calls: number;
  /** Whether the model would go on, so that the source has to abort the call. */
  readonly aborted?: boolean;
  /** The text of an answer that ends well, made of what the stand-in says; default: just that. */
  readonly whole?: (said: string) => string;
}

/** Where an answer is broken off in the middle. */
const MIDDLE = 5;

const SAID = "Said the provider.";

/** Characters of one UTF-16 unit, no two alike: each is a token, and a lost, doubled or moved one shows. */
const FAST_TOKENS: readonly Piece[] = Array.from({ length: 5000 }, (_, number) => ({
  text: String.fromCharCode(0x4e00 + number),
}));

/** Told in place of a stream. */
const refusals: readonly FaultRow[] = (
  [
    ["ThrottlingException", "upstream_throttled", SAID, 3],
    ["ModelNotReadyException", "upstream_throttled", SAID, 3],
    ["ServiceUnavailableException", "upstream_error", SAID, 3],
    ["InternalServerException", "upstream_error", SAID, 3],
    ["ModelErrorException", "upstream_error", SAID, 3],
    ["ModelTimeoutException", "upstream_error", SAID, 3],
    ["ServiceQuotaExceededException", "upstream_throttled", SAID, 1],
    ["ResourceNotFoundException", "upstream_error", SAID, 1],
    ["ValidationException", "bad_request", SAID, 1],
    ["AccessDeniedException", "upstream_error", "This server has no credentials that the model provider accepts.", 1],
  ] as const
).map(([exception, code, message, calls]) => ({
  title: `M7: ${exception} in place of every stream is ${code} after ${calls} calls`,
  rule: { fault: { exception, message: SAID }, times: Infinity },
  over: PROTOCOLS,
  code,
  message,
  shown: 0,
  calls,
}));

/** Told inside the stream. */
const exceptions: readonly FaultRow[] = (
  [
    [{ exception: "throttlingException", message: SAID }, "upstream_throttled"],
    [{ exception: "modelStreamErrorException", message: SAID }, "upstream_error"],
    [{ exception: "internalServerException", message: SAID }, "upstream_error"],
    [{ exception: "serviceUnavailableException", message: SAID }, "upstream_error"],
    [{ exception: "modelTimeoutException", message: SAID }, "upstream_error"],
    [{ exception: "validationException", message: SAID }, "bad_request"],
    [{ error: "InternalFailure", message: SAID }, "upstream_error"],
    [{ error: "InternalError", message: SAID }, "upstream_error"],
    [{ error: "530", message: SAID }, "upstream_error"],
  ] as const
).map(([fault, code]) => ({
  title: `M7, M5: ${nameOf(fault)} in the stream is ${code}, and is not tried again`,
  rule: { fault, at: MIDDLE },
  over: PROTOCOLS,
  code,
  message: SAID,
  shown: MIDDLE,
  calls: 1,
}));

/** What the SDK takes for success, or gives no name. */
const cuts: readonly FaultRow[] = (
  [
    ["cut", PROTOCOLS, MIDDLE],
    ["cut-cancel", ["HTTP/2"], MIDDLE],
    ["cut-internal", ["HTTP/2"], "some"],
    ["goaway", ["HTTP/2"], MIDDLE],
    ["session", ["HTTP/2"], "some"],
    ["socket", PROTOCOLS, "some"],
    ["reset", PROTOCOLS, "some"],
    ["end", PROTOCOLS, MIDDLE],
    ["half-frame", PROTOCOLS, MIDDLE],
  ] as const
).map(([fault, over, shown]) => ({
  title: `law 10: ${fault} in the stream is upstream_truncated`,
  rule: { fault, at: MIDDLE },
  over,
  code: "upstream_truncated",
  shown,
  calls: 1,
}));

const stalls: readonly FaultRow[] = (["request", "headers", 0, MIDDLE] as const).map((at) => ({
  title: `M4, law 5: silence from "${at}" on is a timeout, and the call is aborted`,
  rule: { fault: "stall", at },
  over: PROTOCOLS,
  code: "timeout",
  shown: typeof at === "number" ? at : 0,
  calls: 1,
  aborted: true,
}));

/** What goes wrong before anything was shown is tried again, and nobody sees it. */
const retries: readonly FaultRow[] = (
  [
    [{ exception: "ThrottlingException" }, "request", 2],
    [{ exception: "ModelNotReadyException" }, "request", 1],
    [{ exception: "ServiceUnavailableException" }, "request", 1],
    [{ exception: "InternalServerException" }, "request", 1],
    [{ exception: "throttlingException" }, "headers", 2],
    [{ exception: "modelStreamErrorException" }, 0, 1],
    [{ error: "InternalFailure" }, 0, 1],
    ["cut", "request", 1],
    ["cut", "headers", 1],
    ["cut-internal", "request", 1],
    ["goaway", 0, 1],
    ["session", 0, 1],
    ["socket", "request", 1],
    ["reset", "headers", 1],
    ["end", "headers", 1],
    ["half-frame", 0, 1],
  ] as const
).map(([fault, at, times]) => ({
  title: `M5: ${nameOf(fault)} at "${at}" (${times} times) is tried again, and the viewer sees one clean answer`,
  rule: { fault, at, times },
  over: PROTOCOLS,
  shown: "all",
  calls: times + 1,
}));

const moods: readonly FaultRow[] = [
  {
    title: "M7, M3: bytes that do not match their checksum are upstream_error, and the call is aborted",
    rule: { fault: "bad-checksum", at: MIDDLE },
    over: PROTOCOLS,
    code: "upstream_error",
    shown: MIDDLE,
    calls: 1,
    aborted: true,
  },
  {
    title: "law 10: a stream with all its text but without messageStop is upstream_truncated",
    rule: { fault: "end", at: "close" },
    over: PROTOCOLS,
    code: "upstream_truncated",
    shown: "all",
    calls: 1,
  },
  {
    title: "M1: a slow first token delays the answer, no more",
    rule: { pace: { firstTokenMs: 50 } },
    over: PROTOCOLS,
    shown: "all",
    calls: 1,
  },
  {
    title: "law 3: 5,000 tokens flat out arrive whole and in order",
    rule: { answer: FAST_TOKENS },
    over: PROTOCOLS,
    shown: "all",
    calls: 1,
    whole: () => FAST_TOKENS.map((piece) => ("text" in piece ? piece.text : "")).join(""),
  },
  {
    title: "M2: an answer that stops with max_tokens has its end mark",
    rule: { maxTokens: 10 },
    over: PROTOCOLS,
    shown: "all",
    calls: 1,
    whole: (said) => said.slice(0, 40),
  },
  {
    title: "M2: an empty answer has its end mark",
    rule: { answer: "" },
    over: PROTOCOLS,
    shown: "all",
    calls: 1,
    whole: () => "",
  },
];

function nameOf(fault: Fault): string {
  if (typeof fault === "string") return fault;
  return "exception" in fault ? fault.exception : `an unmodelled error (${fault.error})`;
}

export const faultRows: readonly FaultRow[] = [...refusals, ...exceptions, ...cuts, ...stalls, ...retries, ...moods];
