import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { BlobMeta, Blobs, StoredBlob } from "../blobs.ts";
import { digestOf } from "../ids.ts";
import { limited } from "./limited.ts";

export interface S3BlobsOptions {
  readonly bucket: string;
  /** What all keys begin with, like `uploads/`; default: nothing. */
  readonly prefix?: string;
  /** Default: one for the environment's region and credentials, with path-style addresses where `AWS_ENDPOINT_URL_S3` is set. */
  readonly client?: S3Client;
}

/** User metadata: until when, in epoch milliseconds. */
const EXPIRES_AT = "expires-at";
/** Objects that one sweep looks at; each costs a request. */
const SWEPT = 100;

/**
 * Uploads as objects of a bucket; the process may read, write, delete and list them (without `s3:ListBucket` S3 calls what is
 * not there forbidden). Where S3 fails, a call rejects with an Error whose `cause` is what the SDK threw. The bucket should
 * have a lifecycle rule too, for what nobody sweeps any more.
 */
export function s3Blobs(options: S3BlobsOptions): Blobs {
  return new S3Blobs(options);
}

/** Keys are digests: whatever owner and id are, they fit, and they lie evenly. */
class S3Blobs implements Blobs {
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #ownsClient: boolean;

  constructor({ bucket, prefix = "", client }: S3BlobsOptions) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#client = client ?? new S3Client({ forcePathStyle: process.env["AWS_ENDPOINT_URL_S3"] !== undefined });
    this.#ownsClient = client === undefined;
  }

  /**
   * Holds the bytes until they are whole: one request stores them or does not (B2). Uploads are small (`maxBytes`), so
   * that this costs less than a multipart upload, whose parts a process that dies would leave behind.
   */
  async put(
    { id, owner, mediaType, expiresAt }: BlobMeta,
    bytes: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<number> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of limited(bytes, maxBytes)) parts.push(chunk.slice());
    const whole = await new Blob(parts).bytes();
    const place = await this.#placeOf(owner, id);
    const Metadata = { [EXPIRES_AT]: String(expiresAt) };
    await this.#client
      .send(new PutObjectCommand({ ...place, Body: whole, ContentType: mediaType, Metadata }))
      .catch(failed);
    return whole.length;
  }

  async get(owner: string, id: string, now: number): Promise<StoredBlob | undefined> {
    const command = new GetObjectCommand(await this.#placeOf(owner, id));
    const found = await this.#client.send(command).catch(absent);
    if (found?.Body === undefined) return undefined;
    const expiresAt = expiryOf(found.Metadata);
    if (expiresAt <= now) {
      await found.Body.transformToWebStream().cancel();
      return undefined;
    }
    const bytes = new Uint8Array(await found.Body.transformToByteArray().catch(failed));
    return { id, owner, mediaType: found.ContentType ?? "", expiresAt, bytes };
  }

  async delete(owner: string, id: string): Promise<boolean> {
    const place = await this.#placeOf(owner, id);
    // S3 does not say whether there was anything to delete.
    if ((await this.#client.send(new HeadObjectCommand(place)).catch(absent)) === undefined) return false;
    await this.#client.send(new DeleteObjectCommand(place)).catch(failed);
    return true;
  }

  /**
   * Looks at one page from a random place on, and on from the beginning where the end comes first: in time, at all. A
   * lifecycle rule counts in days; this keeps the bucket small between its rounds, at a cost that has a bound.
   */
  async sweep(now: number): Promise<void> {
    const keys = await this.#keys(`${this.#prefix}${await digestOf(Math.random())}`, SWEPT);
    const left = SWEPT - keys.length;
    const more = left > 0 ? await this.#keys(undefined, left) : [];
    for (const key of new Set([...keys, ...more])) {
      const place = { Bucket: this.#bucket, Key: key };
      const found = await this.#client.send(new HeadObjectCommand(place)).catch(absent);
      if (found !== undefined && expiryOf(found.Metadata) <= now)
        await this.#client.send(new DeleteObjectCommand(place)).catch(failed);
    }
  }

  async close(): Promise<void> {
    if (this.#ownsClient) this.#client.destroy();
  }

  async #keys(after: string | undefined, most: number): Promise<string[]> {
    const page = { Bucket: this.#bucket, Prefix: this.#prefix, MaxKeys: most };
    const command = new ListObjectsV2Command({ ...page, ...(after !== undefined && { StartAfter: after }) });
    const { Contents = [] } = await this.#client.send(command).catch(failed);
    return Contents.flatMap(({ Key }) => Key ?? []);
  }

  async #placeOf(owner: string, id: string): Promise<{ Bucket: string; Key: string }> {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${await digestOf([owner, id])}` };
  }
}

/** What somebody else put into the bucket never expires, and is not ours to sweep. */
function expiryOf(metadata: Readonly<Record<string, string>> | undefined): number {
  return Number(metadata?.[EXPIRES_AT] ?? Number.POSITIVE_INFINITY);
}

/** Gives undefined for an object that is not there; any other failure is thrown on. */
function absent(error: Error): undefined {
  if (error.name === "NoSuchKey" || error.name === "NotFound") return undefined;
  return failed(error);
}

function failed(cause: Error): never {
  throw new Error(`S3 failed: ${cause.message}`, { cause });
}
