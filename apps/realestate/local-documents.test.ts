import { mkdir, readFile, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SluiceError, silentLogger } from "sluice";
import { describe, expect, test } from "vitest";
import { localDocuments } from "./local-documents.ts";
import { type Passage, type Retriever, markOf } from "./retriever.ts";
import { SAMPLE_DOCUMENTS } from "./settings.ts";
import { folderWith } from "./testing/folder.ts";

const signal = new AbortController().signal;

function search(retriever: Retriever, query: string, limit = 5): Promise<readonly Passage[]> {
  return retriever.search(query, { limit, signal });
}

async function marks(retriever: Retriever, query: string): Promise<string[]> {
  return (await search(retriever, query)).map(markOf);
}

describe("the sample documents", () => {
  const samples = localDocuments(SAMPLE_DOCUMENTS);

  test("say at their top that they are sample text and no law of any real place", async () => {
    const files = await readdir(SAMPLE_DOCUMENTS);
    expect(files.length).toBeGreaterThanOrEqual(6);
    for (const file of files) {
      const [title, , notice] = (await readFile(join(SAMPLE_DOCUMENTS, file), "utf8")).split("\n");
      expect(title).toMatch(/^# Quillhaven sample code: /);
      expect(notice).toBe(
        "> Sample text, written for this project. Quillhaven is an invented city; this is no law of any real place.",
      );
    }
  });

  test.each([
    ["How tall may a house be in R1?", "[setbacks-and-height.md § Maximum height]"],
    ["rear setback", "[setbacks-and-height.md § Rear setbacks]"],
    ["parking spaces for a restaurant", "[parking.md § Parking for restaurants]"],
    ["kitchen hood and duct", "[restaurants.md § Kitchen ventilation]"],
    ["How many fire exits does a bar for 200 people need?", "[fire-exits.md § Number of exits]"],
    ["wheelchair ramp slope", "[accessibility.md § Ramps]"],
    ["Do I need a permit for a fence?", "[permits.md § What needs none]"],
    ["floor area ratio of commercial buildings", "[commercial-zones.md § Floor area ratio]"],
    ["minimum lot size residential", "[residential-zones.md § Lot size]"],
    [
      "What are the zoning requirements for residential development?",
      "[residential-zones.md § Quillhaven sample code: residential zones]",
    ],
  ])("%s finds %s", async (question, mark) => {
    expect((await marks(samples, question)).slice(0, 2)).toContain(mark);
  });

  test("P1: a passage's text stands in its document; best ones first, no more than asked for", async () => {
    const passages = await search(samples, "setbacks in residential zones", 3);
    expect(passages).toHaveLength(3);
    for (const { file, heading, text } of passages) {
      const document = await readFile(join(SAMPLE_DOCUMENTS, file), "utf8");
      expect(document).toContain(heading);
      expect(document).toContain(text);
    }
    const scores = passages.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
  });

  test.each(["How many moons does Jupiter have?", "", "?", "the of and"])("P2: %j finds nothing", async (query) => {
    expect(await search(samples, query)).toEqual([]);
  });

  test("finds a word in another form, and with a slip of the pen", async () => {
    expect((await marks(samples, "restaurent ventilatoin"))[0]).toBe("[restaurants.md § Kitchen ventilation]");
    expect((await marks(samples, "bicycle"))[0]).toBe("[parking.md § Bicycles]");
  });

  test("the library lists every document with its headings, and reads each section", async () => {
    const documents = await samples.library!.list();
    expect(documents.map(({ file }) => file)).toEqual((await readdir(SAMPLE_DOCUMENTS)).toSorted());
    for (const { file, title, headings } of documents) {
      expect(headings.length).toBeGreaterThan(4);
      for (const heading of headings) {
        expect(await samples.library!.read({ file, heading })).toMatchObject({ file, heading, title });
      }
    }
    expect(await samples.library!.read({ file: "parking.md", heading: "Helicopters" })).toBeUndefined();
    expect(await samples.library!.read({ file: "../settings.ts", heading: "" })).toBeUndefined();
  });
});

describe("a folder whose files change", () => {
  test("a file that was changed is indexed again, and its old text is gone", async () => {
    const path = await folderWith({ "a.md": "# A\n## Height\nNine metres.", "b.md": "# B\n## Fees\nTen crowns." });
    const documents = localDocuments(path);
    expect(await marks(documents, "metres")).toEqual(["[a.md § Height]"]);
    await writeFile(join(path, "a.md"), "# A\n## Storeys\nTwo storeys.");
    expect(await marks(documents, "metres height")).toEqual([]);
    expect(await marks(documents, "storeys")).toEqual(["[a.md § Storeys]"]);
    expect(await marks(documents, "crowns")).toEqual(["[b.md § Fees]"]);
  });

  test("a change that keeps size and modification time is seen too, however soon it comes", async () => {
    const path = await folderWith({ "a.md": "# A\nApples 0." });
    const file = join(path, "a.md");
    const documents = localDocuments(path);
    const time = new Date("2026-01-01T00:00:00Z");
    for (let round = 1; round < 10; round += 1) {
      await writeFile(file, `# A\nApples ${round}.`);
      await utimes(file, time, time);
      expect(await search(documents, "apples")).toMatchObject([{ text: `Apples ${round}.` }]);
    }
  });

  test("files come, go and are renamed; folders inside count, other kinds of file do not", async () => {
    const path = await folderWith({ "a.md": "# A\nApples.", "notes.txt": "Pears." });
    const documents = localDocuments(path);
    expect(await search(documents, "pears")).toEqual([]);
    await mkdir(join(path, "deep"));
    await writeFile(join(path, "deep", "p.md"), "# P\nPears.");
    expect(await marks(documents, "pears")).toEqual(["[deep/p.md § P]"]);
    await rename(join(path, "a.md"), join(path, "c.md"));
    expect(await marks(documents, "apples")).toEqual(["[c.md § A]"]);
    await rm(join(path, "c.md"));
    expect(await search(documents, "apples")).toEqual([]);
  });

  test("searches at the same time see the same change, each of them", async () => {
    const path = await folderWith({ "a.md": "# A\nApples." });
    const documents = localDocuments(path);
    await search(documents, "apples");
    await writeFile(join(path, "a.md"), "# A\nPears.");
    const answers = await Promise.all(["pears", "pears", "apples"].map((query) => search(documents, query)));
    expect(answers.map(({ length }) => length)).toEqual([1, 1, 0]);
  });

  test("P3: a folder that is not there is an error without its path, and comes back with the folder", async () => {
    const path = await folderWith({});
    const documents = localDocuments(join(path, "later"));
    const thrown = await search(documents, "apples").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).message).toBe("The documents cannot be read.");
    await mkdir(join(path, "later"));
    await writeFile(join(path, "later", "a.md"), "# A\nApples.");
    expect(await search(documents, "apples")).toHaveLength(1);
  });

  test("a folder that is named like a document, and one that cannot be read, hide no other; the latter is logged", async () => {
    const path = await folderWith({ "a.md": "# A\nApples.", "b.md": "# B\nApples." });
    await mkdir(join(path, "folder.md"));
    await writeFile(join(path, "folder.md", "c.md"), "# C\nApples.");
    const logged: unknown[] = [];
    const documents = localDocuments(path, { ...silentLogger, warn: ({ file }) => void logged.push(file) });
    const files = async (): Promise<string[]> => (await search(documents, "apples")).map(({ file }) => file).sort();
    expect(await files()).toEqual(["a.md", "b.md", "folder.md/c.md"]);
    expect(logged).toEqual([]);
    // A link to itself can be read by nobody, whatever his rights.
    await rm(join(path, "b.md"));
    await symlink("b.md", join(path, "b.md"));
    expect(await files()).toEqual(["a.md", "folder.md/c.md"]);
    expect(logged).toEqual(["b.md"]);
  });

  test("P4: an aborted search throws the signal's reason", async () => {
    const documents = localDocuments(await folderWith({ "a.md": "Apples." }));
    const reason = new Error("enough");
    await expect(documents.search("apples", { limit: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
