import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, SluiceError, silentLogger } from "sluice";
import { SectionIndex, passageOf } from "./local-documents/section-index.ts";
import { sectionsOf } from "./local-documents/sections.ts";
import type { DocumentEntry, Retriever } from "./retriever.ts";

/** A file system's clock may stand still for so long: a second change within it looks like the first one. */
const COARSEST_CLOCK_MS = 2000;

/**
 * The Markdown files of a folder and the folders in it. Before each use the files are looked at, and those that have changed are
 * indexed again: an answer never comes from an older state than the one on the disk when it was asked for. What cannot be read is
 * passed over, and logged.
 */
export function localDocuments(folder: string, log: Logger = silentLogger): Retriever {
  const documents = new Folder(folder, log);
  return {
    async search(query, { limit, signal }) {
      signal.throwIfAborted();
      const index = await documents.upToDate();
      signal.throwIfAborted();
      return index.search(query, limit);
    },
    library: {
      list: async () => entriesOf(await documents.upToDate()),
      read: async ({ file, heading }) => {
        const { sections } = await documents.upToDate();
        const section = sections.find((section) => section.file === file && section.heading === heading);
        return section === undefined ? undefined : passageOf(section, 1);
      },
    },
  };
}

class Folder {
  readonly #path: string;
  readonly #log: Logger;
  readonly #index = new SectionIndex();
  /** What each indexed file looked like; nothing where it was too young to tell a later change by its looks. */
  readonly #seen = new Map<string, string>();
  /** Looks come one after another, each from the beginning: one that is under way may have passed a file already. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  upToDate(): Promise<SectionIndex> {
    const look = this.#last.then(
      () => this.#look(),
      () => this.#look(),
    );
    this.#last = look;
    return look;
  }

  async #look(): Promise<SectionIndex> {
    try {
      const names = (await readdir(this.#path, { recursive: true })).filter((name) => /\.md$/i.test(name));
      const files = names.map((name) => name.replaceAll("\\", "/"));
      for (const file of this.#seen.keys()) if (!files.includes(file)) this.#forget(file);
      for (const file of files) await this.#take(file);
      return this.#index;
    } catch (thrown) {
      throw new SluiceError("internal", "The documents cannot be read.", { cause: thrown });
    }
  }

  async #take(file: string): Promise<void> {
    const path = join(this.#path, file);
    try {
      const found = await stat(path, { bigint: true });
      if (!found.isFile()) return this.#forget(file);
      const { mtimeNs, ctimeNs, ctimeMs, size, ino } = found;
      const look = `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
      if (this.#seen.get(file) === look) return;
      const settled = Math.abs(Date.now() - Number(ctimeMs)) > COARSEST_CLOCK_MS;
      // Remembered as it was before the reading: what is written meanwhile is seen the next time.
      this.#index.put(file, sectionsOf(file, await readFile(path, "utf8")));
      this.#seen.set(file, settled ? look : "");
    } catch (thrown) {
      this.#forget(file);
      // It may have gone away between the listing and now.
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") {
        this.#log.warn({ err: thrown, file }, "a document cannot be read");
      }
    }
  }

  #forget(file: string): void {
    this.#index.remove(file);
    this.#seen.delete(file);
  }
}

function entriesOf({ sections }: SectionIndex): DocumentEntry[] {
  const files = Map.groupBy(sections, ({ file }) => file);
  return Array.from(files, ([file, own]) => ({
    file,
    title: own[0]!.title,
    headings: own.map(({ heading }) => heading),
  }));
}
