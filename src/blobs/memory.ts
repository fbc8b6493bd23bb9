import type { BlobMeta, Blobs, StoredBlob } from "../blobs.ts";
import { limited } from "./limited.ts";

/** Uploads that last as long as the process. */
export function memoryBlobs(): Blobs {
  return new MemoryBlobs();
}

class MemoryBlobs implements Blobs {
  readonly #kept = new Map<string, StoredBlob>();

  async put(meta: BlobMeta, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of limited(bytes, maxBytes)) {
      length += chunk.byteLength;
      chunks.push(chunk.slice());
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    const { id, owner, mediaType, expiresAt } = meta;
    this.#kept.set(nameOf(owner, id), { id, owner, mediaType, expiresAt, bytes: whole });
    return length;
  }

  async get(owner: string, id: string, now: number): Promise<StoredBlob | undefined> {
    const blob = this.#kept.get(nameOf(owner, id));
    return blob === undefined || blob.expiresAt <= now ? undefined : { ...blob, bytes: blob.bytes.slice() };
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return this.#kept.delete(nameOf(owner, id));
  }

  async sweep(now: number): Promise<void> {
    for (const [name, { expiresAt }] of this.#kept) if (expiresAt <= now) this.#kept.delete(name);
  }

  async close(): Promise<void> {}
}

function nameOf(owner: string, id: string): string {
  return JSON.stringify([owner, id]);
}
