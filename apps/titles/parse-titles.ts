/** More than anybody asks for; the rest of an answer that lists on and on is left out. */
const MAX_TITLES = 50;
/** A longer line is prose, whatever it begins with. UTF-16 units. */
const MAX_LINE = 500;

/** `1.`, `1)`, `(1)`, `1:`, `1、`, also bold, quoted or as a heading; "1.5 million" and "2024. A year" are no markers. */
const NUMBER = /^[\s>#*_]*\(?\p{Nd}{1,3}(?:\)|[.:．、](?!\p{Nd}))[*_]*\s*(?=\S)/u;
const BULLET = /^[\s>]*(?:[-+•‣◦–—・]|\*(?!\*))\s+(?=\S)/u;
/** A line that is bold or quoted as a whole. */
const SET_APART = /^\s*(?=(?:\*\*|__)[^*_]+(?:\*\*|__)\s*$|["“「『«][^"”」』»]+["”」』»]\s*$)/u;

const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ["“", "”"],
  ["„", "“"],
  ["‘", "’"],
  ["«", "»"],
  ["「", "」"],
  ["『", "』"],
  ["《", "》"],
];

/**
 * The titles in a model's answer: its numbered lines; where it has none, its bulleted ones; else those that are bold or quoted
 * as a whole. A line above 500 units is none of them. Markdown and the quotation marks around a title are taken off; a title that comes twice counts once.
 */
export function parseTitles(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).filter(({ length }) => length <= MAX_LINE);
  for (const marker of [NUMBER, BULLET, SET_APART]) {
    const titles = lines.filter((line) => marker.test(line)).map((line) => cleaned(line.replace(marker, "")));
    const found = [...new Set(titles)].filter((title) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(title));
    if (found.length > 0) return found.slice(0, MAX_TITLES);
  }
  return [];
}

function cleaned(line: string): string {
  let title = withoutRemark(line.trim());
  for (let before = ""; title !== before;) {
    before = title;
    title = unquoted(withoutMarkdown(title)).trim();
  }
  return title.replace(/\\([\\`*_{}[\]()#+\-.!~>])/g, "$1").trim();
}

/** `**The title** – why it works`: what is bold is the title. */
function withoutRemark(line: string): string {
  return /^(\*\*|__)(?<title>.+?)\1\s+[-–—(]/.exec(line)?.groups?.["title"] ?? line;
}

function withoutMarkdown(title: string): string {
  return title
    .replace(/\[([^\]]+)\]\([^)\s]*\)/g, "$1")
    .replace(/(?<![\p{L}\p{N}\\])(\*\*|__|~~|\*|_|`)(?=\S)(.+?)(?<=[^\s\\])\1(?![\p{L}\p{N}])/gu, "$2")
    .replace(/^(?:\*\*|__)(?=\S)|(?<=[^\s\\])(?:\*\*|__)$/g, "");
}

/** `"A" and "B"` keeps its marks: they do not stand around the whole. */
function unquoted(title: string): string {
  for (const [open, close] of QUOTES) {
    if (title.length <= open.length + close.length || !title.startsWith(open) || !title.endsWith(close)) continue;
    const inner = title.slice(open.length, -close.length);
    if (!inner.includes(open) && !inner.includes(close)) return inner;
  }
  return title;
}
