import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobMeta, Blobs, StoredBlob } from "../blobs.ts";
import { limited } from "./limited.ts";

/** Ending of a file whose upload is not whole yet. */
const PART = ".part";

/** Room that is enough for the first line of nearly every file. */
const HEADER_BYTES = 1024;

/** Uploads as files of one folder, which one process owns; the folder is made where it is missing. */
export async function diskBlobs(folder: string): Promise<Blobs> {
  await mkdir(folder, { recursive: true });
  const blobs = new DiskBlobs(folder);
  await blobs.removeParts();
  return blobs;
}

/**
 * One file an upload: its meta as a line of JSON, then its bytes. Both come into being by one rename, so a crash
 * leaves either the whole upload or a part that the next opening removes (B2). Names are digests: no owner and no id
 * can lead out of the folder, and ids that differ only in case stay two on any file system.
 */
class DiskBlobs implements Blobs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(
    { id, owner, mediaType, expiresAt }: BlobMeta,
    bytes: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<number> {
    const part = join(this.#folder, `${randomUUID()}${PART}`);
    let length = 0;
    try {
      {
        await using file = await open(part, "wx");
        await file.writeFile(`${JSON.stringify({ id, owner, mediaType, expiresAt } satisfies BlobMeta)}\n`);
        for await (const chunk of limited(bytes, maxBytes)) {
          await file.writeFile(chunk);
          length += chunk.byteLength;
        }
        await file.sync();
      }
      await rename(part, this.#fileOf(owner, id));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    await this.#syncFolder();
    return length;
  }

  async get(owner: string, id: string, now: number): Promise<StoredBlob | undefined> {
    const whole = await readFile(this.#fileOf(owner, id)).catch(absent);
    if (whole === undefined) return undefined;
    const end = whole.indexOf("\n");
    const meta = JSON.parse(whole.toString("utf8", 0, end)) as BlobMeta;
    return meta.expiresAt <= now ? undefined : { ...meta, bytes: new Uint8Array(whole.subarray(end + 1)) };
  }

  async delete(owner: string, id: string): Promise<boolean> {
    return this.#remove(this.#fileOf(owner, id));
  }

  async sweep(now: number): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (name.endsWith(PART)) continue;
      const path = join(this.#folder, name);
      const meta = await readMeta(path);
      if (meta !== undefined && meta.expiresAt <= now) await this.#remove(path);
    }
  }

  async close(): Promise<void> {}

  /** Removes what puts that were cut short by the process's death left behind. */
  async removeParts(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (name.endsWith(PART)) await rm(join(this.#folder, name), { force: true });
  }

  #fileOf(owner: string, id: string): string {
    return join(
      this.#folder,
      createHash("sha256")
        .update(JSON.stringify([owner, id]))
        .digest("hex"),
    );
  }

  async #remove(path: string): Promise<boolean> {
    return (
      (await rm(path)
        .then(() => true)
        .catch(absent)) ?? false
    );
  }

  /** Without it a power loss may take the file's name. */
  async #syncFolder(): Promise<void> {
    await using folder = await open(this.#folder, "r");
    await folder.sync();
  }
}

async function readMeta(path: string): Promise<BlobMeta | undefined> {
  const handle = await open(path, "r").catch(absent);
  if (handle === undefined) return undefined;
  await using file = handle;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  const end = buffer.subarray(0, bytesRead).indexOf("\n");
  const line = end >= 0 ? buffer.toString("utf8", 0, end) : (await readFile(path, "utf8")).split("\n", 1)[0]!;
  return JSON.parse(line) as BlobMeta;
}

/** Gives undefined for a file that is not there; any other failure is thrown on. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
