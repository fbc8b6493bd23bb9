import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const TEXT = readFileSync(resolve(import.meta.dirname, "../../../PROTOCOL.md"), "utf8");

/** The numbers of all sections of PROTOCOL.md, like `7` and `7.1`. */
export const sections: ReadonlySet<string> = new Set(
  Array.from(TEXT.matchAll(/^#{2,3} (\d+(?:\.\d+)?) /gm), ([, number]) => number!),
);

/** The text under a section's heading, up to the next one. */
export function sectionText(number: string): string {
  const heading = new RegExp(`^#{2,3} ${number.replace(".", "\\.")} .*$`, "m");
  const from = TEXT.split(heading)[1];
  if (from === undefined) throw new Error(`PROTOCOL.md has no section ${number}.`);
  return from.split(/^#{2,3} /m)[0]!;
}

/** The rows of a section's first table, without its heading; marks of code are taken off. */
export function tableOf(number: string): string[][] {
  const lines = sectionText(number).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| "));
  const rows = lines.slice(first + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("`", "")),
  );
}

/** The lines of the JSON examples in this text. */
export function examplesIn(text: string): string[] {
  return Array.from(text.matchAll(/^```json\n(.*?)^```$/gms), ([, block]) => block!.trimEnd().split("\n")).flat();
}

export interface Example {
  readonly line: string;
  /** The system of the section in which it stands; `titles` elsewhere. */
  readonly app: string;
}

/** The lines of all JSON examples. */
export const examples: readonly Example[] = TEXT.split(/^(?=#{2,3} )/m).flatMap((section) => {
  const app = /^### 13\.\d+ (\w+)$/m.exec(section)?.[1] ?? "titles";
  return examplesIn(section).map((line) => ({ line, app }));
});
