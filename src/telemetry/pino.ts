import { type DestinationStream, type Logger as Pino, pino } from "pino";
import type { Logger } from "../logger.ts";

const SECRETS = ["token", "ticket", "authorization", "cookie", "headers.authorization", "headers.cookie"];

/** A logger that writes JSON lines, with everything that is named like a secret taken out. */
export function pinoLogger(level = "info", destination?: DestinationStream): Logger {
  const options = { level, redact: { paths: SECRETS, censor: "[redacted]" } };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}

function wrap(log: Pino): Logger {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => wrap(log.child(fields)),
  };
}
