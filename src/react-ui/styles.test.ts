import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const tokens = readFileSync(join(import.meta.dirname, "styles/tokens.css"), "utf8");
const PAIRS = Array.from(
  tokens.matchAll(/--sluice-([a-z-]+): light-dark\((#\w{6}), (#\w{6})\)/g),
  ([, name, light, dark]) => [name!, [light!, dark!]] as const,
);
const colours = new Map<string, readonly string[]>(PAIRS);

/** Each colour of text, and the grounds that it stands on. */
const TEXT: readonly (readonly [text: string, grounds: readonly string[]])[] = [
  ["ink", ["ground", "surface", "sunken", "accent-wash", "bad-wash"]],
  ["ink-soft", ["ground", "surface", "sunken"]],
  ["accent", ["ground", "surface"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["warn", ["ground", "surface"]],
  ["bad", ["ground", "surface", "bad-wash"]],
];

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

it.each(["light", "dark"])("text has a contrast of 4.5 to 1 on every ground that it stands on: %s", (scheme) => {
  const at = scheme === "light" ? 0 : 1;
  const weak = TEXT.flatMap(([text, grounds]) =>
    grounds
      .map((ground) => ({ text, ground, contrast: contrast(colours.get(text)![at]!, colours.get(ground)![at]!) }))
      .filter(({ contrast }) => contrast < 4.5),
  );
  expect(weak).toEqual([]);
});
