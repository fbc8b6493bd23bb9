import type { LogFields, Logger } from "../logger.ts";

/** One readable line for whatever went wrong, or was refused; what led there is silent. */
export function lineLogger(print: (line: string) => void): Logger {
  return loggerOf(print, {});
}

function loggerOf(print: (line: string) => void, own: LogFields): Logger {
  const line = (fields: LogFields, message: string): void => print(lineOf({ ...own, ...fields }, message));
  return {
    debug: () => {},
    info: line,
    warn: line,
    error: line,
    child: (fields) => loggerOf(print, { ...own, ...fields }),
  };
}

function lineOf({ err, ...fields }: LogFields, message: string): string {
  const known = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  const reasons = reasonsOf(err);
  return `sluice: ${message}${reasons === "" ? "" : `: ${reasons}`}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
}

/** An error's words and those of what caused it. */
function reasonsOf(err: unknown): string {
  if (err === undefined) return "";
  if (!(err instanceof Error)) return String(err);
  const type = "errorType" in err ? `${String(err.errorType)}: ` : "";
  return [`${type}${err.message}`, reasonsOf(err.cause)].filter((reason) => reason !== "").join(" ");
}
