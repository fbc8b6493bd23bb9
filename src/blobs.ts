/**
 * CONTRACT: uploads, kept for a while. Implementations in blobs/.
 *
 * B1 A blob is known by (owner, id); nothing is found under another owner (law 9).
 * B2 Whole or not at all: a put that is cut short, or passes `maxBytes` (`payload_too_large`), leaves nothing.
 * B3 After `expiresAt` a blob is not found, swept or not.
 */
export interface BlobMeta {
  readonly id: string;
  readonly owner: string;
  readonly mediaType: string;
  readonly expiresAt: number;
}

export interface StoredBlob extends BlobMeta {
  readonly bytes: Uint8Array;
}

export interface Blobs {
  /** Stores the bytes as they come; gives how many they were. */
  put(meta: BlobMeta, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<number>;
  get(owner: string, id: string, now: number): Promise<StoredBlob | undefined>;
  delete(owner: string, id: string): Promise<boolean>;
  /** Removes what has expired. */
  sweep(now: number): Promise<void>;
  close(): Promise<void>;
}
