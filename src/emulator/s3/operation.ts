import type { IncomingMessage } from "node:http";
import { S3Error } from "./s3-error.ts";

/** What a request asks for. */
export type Operation =
  | {
      readonly name: "PutObject" | "GetObject" | "HeadObject" | "DeleteObject";
      readonly bucket: string;
      readonly key: string;
    }
  | { readonly name: "ListObjectsV2"; readonly bucket: string; readonly query: URLSearchParams };

const OBJECT_OPERATIONS = { PUT: "PutObject", GET: "GetObject", HEAD: "HeadObject", DELETE: "DeleteObject" } as const;

const LIST_PARAMETERS = ["list-type", "prefix", "max-keys", "start-after", "continuation-token", "encoding-type"];
/** They would change what an operation does. */
const UNKNOWN_HEADERS = ["x-amz-copy-source", "range", "if-match", "if-none-match", "if-modified-since"];

/** Tells a path-style request's operation; throws `NotImplemented` at what the emulator would do wrong. */
export function operationOf({ method = "", url = "/", headers }: IncomingMessage): Operation {
  const header = UNKNOWN_HEADERS.find((name) => headers[name] !== undefined);
  if (header !== undefined) throw notImplemented(`the header ${header}`);
  // Not `URL`, which would take "." and ".." in keys for folders.
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  const [, bucket = "", key] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  if (key === undefined || key === "") {
    if (method !== "GET" || query.get("list-type") !== "2") throw notImplemented(`${method} of a bucket`);
    refuseUnknown(query, LIST_PARAMETERS);
    return { name: "ListObjectsV2", bucket: decoded(bucket), query };
  }
  if (!Object.hasOwn(OBJECT_OPERATIONS, method)) throw notImplemented(`${method} of an object`);
  refuseUnknown(query, []);
  const name = OBJECT_OPERATIONS[method as keyof typeof OBJECT_OPERATIONS];
  return { name, bucket: decoded(bucket), key: decoded(key) };
}

/** A presigned request has its signature in parameters, which nobody checks here. */
function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  for (const parameter of query.keys()) {
    if (known.includes(parameter) || parameter === "x-id" || parameter.toLowerCase().startsWith("x-amz-")) continue;
    throw notImplemented(`the parameter ${parameter}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidArgument", "The path cannot be decoded.");
  }
}

function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", `The emulator does not know ${what}.`);
}
