import { S3Error } from "./s3-error.ts";

/** What is stored under a key. */
export interface StoredObject {
  readonly bytes: Buffer;
  /** Headers that come back with it: its type, its encoding, its `x-amz-meta-*`; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** In quotes, as it travels. */
  readonly etag: string;
  /** CRC-32 in base64. */
  readonly crc32: string;
  readonly lastModified: Date;
  /** What it takes of the emulator's memory. */
  readonly weight: number;
}

export interface Page {
  readonly items: readonly (readonly [key: string, object: StoredObject])[];
  /** There is more behind the last item. */
  readonly truncated: boolean;
}

/** Objects by key. */
export class Bucket {
  readonly #objects = new Map<string, StoredObject>();

  get keys(): string[] {
    return [...this.#objects.keys()];
  }

  /** Gives the object whose place it takes. */
  put(key: string, object: StoredObject): StoredObject | undefined {
    const former = this.#objects.get(key);
    this.#objects.set(key, object);
    return former;
  }

  get(key: string): StoredObject {
    const object = this.#objects.get(key);
    if (object === undefined) throw new S3Error("NoSuchKey", "The specified key does not exist.");
    return object;
  }

  delete(key: string): StoredObject | undefined {
    const former = this.#objects.get(key);
    this.#objects.delete(key);
    return former;
  }

  /** Keys behind `after`, in the order of their UTF-8 bytes. */
  list(prefix: string, after: string, most: number): Page {
    const start = Buffer.from(after);
    const found = Array.from(this.#objects, ([key, object]) => ({ key, object, bytes: Buffer.from(key) }))
      .filter(({ key, bytes }) => key.startsWith(prefix) && Buffer.compare(bytes, start) > 0)
      .toSorted((left, right) => Buffer.compare(left.bytes, right.bytes));
    return {
      items: found.slice(0, most).map(({ key, object }) => [key, object]),
      truncated: found.length > most && most > 0,
    };
  }
}
