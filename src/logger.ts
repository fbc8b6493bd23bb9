/** Structured log lines; secrets are taken out by whoever writes them. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same logger with these fields on each line. */
  child(fields: LogFields): Logger;
}

export interface LogFields {
  readonly connectionId?: string;
  readonly streamId?: string;
  readonly requestId?: string;
  readonly app?: string;
  readonly err?: unknown;
  readonly [name: string]: unknown;
}

/** Says nothing. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};
