import { EmulatedError } from "./errors.ts";

const PATHS = {
  converse: "Converse",
  "converse-stream": "ConverseStream",
  invoke: "InvokeModel",
  "invoke-with-response-stream": "InvokeModelWithResponseStream",
} as const;

export type Operation = (typeof PATHS)[keyof typeof PATHS];

const FORM = /^\/+model\/([^/]+)\/([a-z-]+)$/;

/** What `POST /model/{modelId}/…` asks for; the model's id is one encoded segment, since an ARN has slashes. */
export function operationOf(method: string, path: string): { operation: Operation; modelId: string } {
  const parts = FORM.exec(path.replace(/\?.*$/s, ""));
  const name = parts?.[2] ?? "";
  if (method !== "POST" || parts === null || !Object.hasOwn(PATHS, name)) {
    throw new EmulatedError("UnknownOperationException", "The emulator has no such operation.");
  }
  return { operation: PATHS[name as keyof typeof PATHS], modelId: decode(parts[1]!) };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new EmulatedError("ValidationException", "The model id is not encoded well.");
  }
}
