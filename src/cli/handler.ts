import { statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

/** Where a function's code is: `HANDLER[#export]`. */
export interface Handler {
  /** Absolute. */
  readonly path: string;
  readonly export: string;
}

/** Reads `path[#export]`; the export is `handler` where nothing else is said. Throws where there is no such file. */
export function readHandler(text: string): Handler {
  const mark = text.lastIndexOf("#");
  const file = mark < 0 ? text : text.slice(0, mark);
  const name = mark < 0 ? "handler" : text.slice(mark + 1);
  if (file === "" || name === "") throw new UsageError(`A handler is path[#export], not "${text}".`);
  const path = resolve(file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(`There is no file "${file}".`);
  }
  return { path, export: name };
}

/** A name for its function, as Lambda takes them: `chat-connect` for `./chat.ts#connect`. */
export function nameOf(handler: Handler): string {
  const file = basename(handler.path, extname(handler.path));
  const whole = handler.export === "handler" ? file : `${file}-${handler.export}`;
  return whole.replace(/[^\w-]+/g, "-").slice(0, 64);
}
