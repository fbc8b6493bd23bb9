import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Json, JsonObject, ProgressEvent } from "sluice/protocol";

const PROTOCOL = resolve(import.meta.dirname, "../../../src/protocol");
export const SCHEMAS: string = join(PROTOCOL, "schemas");
export const VECTORS: string = join(PROTOCOL, "vectors");

export interface Repeated {
  readonly repeat: string;
  readonly times: number;
}

/** What a model says at once. */
export type Piece = string | Repeated | ProgressEvent;

/** What a model does behind its pieces; where it is left out it ends. */
export type Afterwards =
  | "end"
  | "wait"
  | { readonly error: string; readonly message: string; readonly retryAfterMs?: number }
  | { readonly throws: string };

export interface Script {
  readonly pieces: readonly Piece[];
  readonly afterwards?: Afterwards;
}

export interface VectorRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
}

export interface VectorAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly events?: readonly { readonly id?: string; readonly data: JsonObject }[];
  readonly open?: boolean;
}

/** One step of an exchange (PROTOCOL.md section 14). */
export interface Step {
  readonly client?: string;
  readonly send?: string | JsonObject;
  readonly frames?: readonly JsonObject[];
  readonly closed?: number;
  readonly open?: { readonly path: string; readonly headers?: Readonly<Record<string, string>> };
  readonly refused?: { readonly status: number; readonly body: Json };
  readonly request?: VectorRequest;
  readonly answer?: VectorAnswer;
  readonly emit?: readonly Piece[];
  readonly afterwards?: Afterwards;
  readonly waiting?: true;
  readonly calls?: number;
}

export interface Vector {
  readonly name: string;
  /** The system that it is played against; `titles` where it is left out. */
  readonly app?: string;
  readonly section: string;
  readonly law?: number;
  readonly transport: string;
  readonly source?: Script;
  readonly clients?: Readonly<Record<string, { readonly session?: string; readonly native?: boolean }>>;
  readonly steps: readonly Step[];
}

/** The files of vectors, by name. */
export function vectorFiles(): ReadonlyMap<string, readonly Vector[]> {
  const names = readdirSync(VECTORS).filter((name) => name.endsWith(".json"));
  return new Map(
    names.map((name) => [
      name.slice(0, -".json".length),
      JSON.parse(readFileSync(join(VECTORS, name), "utf8")) as readonly Vector[],
    ]),
  );
}
