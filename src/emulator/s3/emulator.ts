import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveOnLoopback } from "../loopback.ts";
import { Bucket, type StoredObject } from "./bucket.ts";
import { listObjects } from "./list-objects.ts";
import { operationOf } from "./operation.ts";
import { readObject } from "./put-object.ts";
import { Room } from "./room.ts";
import { S3Error } from "./s3-error.ts";
import { xmlDocument } from "./xml.ts";

export interface S3EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The buckets that there are; they begin empty. */
  readonly buckets: readonly string[];
  /** Bytes that all objects and all uploads under way may take; above it: `EntityTooLarge`. Default 256 MB. */
  readonly maxBytes?: number;
}

/** An S3 on loopback, for the unmodified SDK with path-style addresses. */
export interface S3Emulator extends AsyncDisposable {
  /** The SDK's `endpoint`; also for `AWS_ENDPOINT_URL_S3`. */
  readonly url: string;
  /** For tests: what the bucket has now, in no order; nothing where there is no such bucket. */
  keys(bucket: string): readonly string[];
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
}

const MEGABYTE = 1024 * 1024;
const XML = { "content-type": "application/xml" };

/**
 * Starts an emulator that keeps objects in memory: PutObject, GetObject, HeadObject, DeleteObject and ListObjectsV2, whole
 * objects only, signatures unchecked. Whatever else is asked is refused with `NotImplemented`. Rejects where the port is taken.
 */
export async function startS3Emulator(options: S3EmulatorOptions): Promise<S3Emulator> {
  const service = new Service(options);
  const server = await serveOnLoopback((request, response) => void service.answer(request, response), options.port);
  return { ...server, keys: (bucket) => service.keys(bucket) };
}

class Service {
  readonly #buckets: ReadonlyMap<string, Bucket>;
  readonly #room: Room;

  constructor({ buckets, maxBytes = 256 * MEGABYTE }: S3EmulatorOptions) {
    this.#buckets = new Map(buckets.map((name) => [name, new Bucket()]));
    this.#room = new Room(maxBytes);
  }

  keys(bucket: string): string[] {
    return this.#buckets.get(bucket)?.keys ?? [];
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader("x-amz-request-id", requestId);
    try {
      await this.#run(request, response);
    } catch (thrown) {
      request.resume();
      const error = thrown instanceof S3Error ? thrown : new S3Error("InternalError", String(thrown));
      const { code, message } = error;
      const content = { Code: code, Message: message, Resource: request.url ?? "/", RequestId: requestId };
      response.writeHead(error.status, XML).end(xmlDocument("Error", content));
    }
  }

  async #run(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operationOf(request);
    const bucket = this.#buckets.get(operation.bucket);
    if (bucket === undefined) throw new S3Error("NoSuchBucket", "The specified bucket does not exist");
    switch (operation.name) {
      case "PutObject": {
        const object = await readObject(request, this.#room);
        this.#forget(bucket.put(operation.key, object));
        response.writeHead(200, { etag: object.etag, ...checksum(object) }).end();
        return;
      }
      case "GetObject":
      case "HeadObject": {
        const object = bucket.get(operation.key);
        response.writeHead(200, headersOf(object)).end(operation.name === "GetObject" ? object.bytes : undefined);
        return;
      }
      case "DeleteObject":
        this.#forget(bucket.delete(operation.key));
        response.writeHead(204).end();
        return;
      case "ListObjectsV2":
        response.writeHead(200, XML).end(listObjects(operation.bucket, bucket, operation.query));
    }
  }

  #forget(object: StoredObject | undefined): void {
    if (object !== undefined) this.#room.give(object.weight);
  }
}

function headersOf(object: StoredObject): Record<string, string> {
  return {
    ...object.headers,
    ...checksum(object),
    "content-length": String(object.bytes.length),
    etag: object.etag,
    "last-modified": object.lastModified.toUTCString(),
  };
}

function checksum({ crc32 }: StoredObject): Record<string, string> {
  return { "x-amz-checksum-crc32": crc32, "x-amz-checksum-type": "FULL_OBJECT" };
}
