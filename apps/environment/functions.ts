import { type Read, SettingError, split } from "./setting.ts";

/** What the systems need to know where they run as Lambda functions. */
export interface FunctionSettings {
  /** Bucket of the uploads; absent: none are taken. */
  readonly uploads: string | undefined;
  /** Name or ARN of the worker function. */
  readonly worker: string;
  /** Where frames are posted, with `{stage}` for the stage's name; absent: as each event says. */
  readonly callbackUrl: string | undefined;
  /** What whoever stands in front of the HTTP addresses sends with each request, so that nobody goes past him. */
  readonly originSecret: string | undefined;
  /** From one commit of a run to the next, and so from post to post, milliseconds. */
  readonly coalesceMs: number;
}

const LONGEST_COALESCE_MS = 5000;

/** Reads the variables that only the functions have. */
export function functionSettingsOf(read: Read): FunctionSettings {
  return {
    uploads: bucketOf(read("SLUICE_BLOBS")),
    worker: read("SLUICE_WORKER") ?? "worker",
    callbackUrl: read("SLUICE_CALLBACK_URL"),
    originSecret: read("SLUICE_ORIGIN_SECRET"),
    coalesceMs: coalesceOf(read("SLUICE_COALESCE_MS")),
  };
}

function bucketOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [kind, bucket] = split(value);
  if (kind === "s3" && bucket !== "") return bucket;
  throw new SettingError("SLUICE_BLOBS must be s3:<bucket>.");
}

function coalesceOf(value = "100"): number {
  if (/^\d{1,4}$/.test(value) && Number(value) <= LONGEST_COALESCE_MS) return Number(value);
  throw new SettingError(`SLUICE_COALESCE_MS must be a whole number from 0 to ${LONGEST_COALESCE_MS}, not "${value}".`);
}
