import { colourName } from "./colours.ts";
import type { Pixels } from "./pixels.ts";

/** What counting pixels tells of an image. Shares from 0 to 1. */
export interface Impression {
  /** Of the pixels that can be seen, the most frequent first. */
  readonly colours: readonly { readonly name: string; readonly share: number }[];
  /** 0 is black, 1 is white; of the pixels that can be seen. */
  readonly brightness: number;
  readonly transparent: number;
}

/** This many a side are enough to name the colours. */
const SAMPLES = 256;
const VISIBLE = 128;

/** Counts over an even grid; small images are counted whole. */
export function impressionOf(pixels: Pixels): Impression {
  const counts = new Map<string, number>();
  const columns = Math.min(pixels.width, SAMPLES);
  const rows = Math.min(pixels.height, SAMPLES);
  let [seen, light] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = Math.floor(((column + 0.5) * pixels.width) / columns);
      const y = Math.floor(((row + 0.5) * pixels.height) / rows);
      const [red, green, blue, opacity] = pixels.at(x, y);
      if (opacity < VISIBLE) continue;
      seen += 1;
      // Rec. 709 luma weights.
      light += (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
      const name = colourName(red, green, blue);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const colours = [...counts].map(([name, count]) => ({ name, share: count / seen }));
  return {
    colours: colours.toSorted((left, right) => right.share - left.share || (left.name < right.name ? -1 : 1)),
    brightness: seen === 0 ? 0 : light / seen,
    transparent: 1 - seen / (columns * rows),
  };
}
