import type { Citation } from "../retriever.ts";

/** What stands under one heading, without the sections below it. */
export interface Section extends Citation {
  readonly title: string;
  readonly text: string;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Splits Markdown at its headings (CommonMark 0.31, section 4.2: the kind with number signs). The first heading of level 1 is
 * the title, and the name of what stands under it; deeper ones are named with those above them: `Doors > Handles`.
 */
export function sectionsOf(file: string, markdown: string): Section[] {
  const title = titleOf(markdown) ?? file;
  const sections: { heading: string; lines: string[] }[] = [{ heading: title, lines: [] }];
  const path: string[] = [];
  for (const { line, heading } of linesOf(markdown)) {
    if (heading === undefined) {
      sections.at(-1)!.lines.push(line);
      continue;
    }
    path.length = Math.min(path.length, heading.level - 1);
    path[heading.level - 1] = heading.text;
    const name = path.filter((part, level) => part !== undefined && !(level === 0 && part === title)).join(" > ");
    sections.push({ heading: unique(name || title, sections), lines: [] });
  }
  return sections.flatMap(({ heading, lines }) => {
    const text = lines.join("\n").trim();
    return text === "" ? [] : [{ file, title, heading, text }];
  });
}

function titleOf(markdown: string): string | undefined {
  return linesOf(markdown).find(({ heading }) => heading?.level === 1)?.heading?.text;
}

interface Line {
  readonly line: string;
  readonly heading?: { readonly level: number; readonly text: string };
}

function linesOf(markdown: string): Line[] {
  let fence: string | undefined;
  return markdown.split(/\r?\n/).map((line): Line => {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined) fence = mark;
    else {
      if (mark !== undefined && mark.startsWith(fence)) fence = undefined;
      return { line };
    }
    const parts = fence === undefined ? HEADING.exec(line) : null;
    return parts === null ? { line } : { line, heading: { level: parts[1]!.length, text: parts[2]! } };
  });
}

/** A heading that comes again gets its number, so that a citation names one section. */
function unique(name: string, sections: readonly { heading: string; lines: readonly string[] }[]): string {
  const taken = sections.filter(({ lines }) => lines.some((line) => line.trim() !== "")).map(({ heading }) => heading);
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} (${number})`)) number += 1;
  return `${name} (${number})`;
}
