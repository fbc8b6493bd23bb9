import type { ImageFacts } from "../inspect.ts";
import type { Impression } from "./impression.ts";

const FORMAT_NAMES = { "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP" } as const;

const MAX_COLOURS = 5;
/** A smaller share is not worth a name. */
const MIN_SHARE = 0.02;

export function formatName({ mediaType }: ImageFacts): string {
  return FORMAT_NAMES[mediaType];
}

export function shapeOf({ width, height }: ImageFacts): string {
  if (width === height) return "square";
  return width > height ? "landscape" : "portrait";
}

/** `red (52%), white (31%) and dark blue (17%)`. */
export function coloursIn({ colours }: Impression): string {
  const named = colours.filter(({ share }, index) => index === 0 || share >= MIN_SHARE).slice(0, MAX_COLOURS);
  const words = named.map(({ name, share }) => `${name} (${percent(share)})`);
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

export function brightnessOf({ brightness }: Impression): string {
  if (brightness < 0.15) return "very dark";
  if (brightness < 0.35) return "dark";
  if (brightness < 0.65) return "of medium brightness";
  return brightness < 0.85 ? "bright" : "very bright";
}

export function percent(share: number): string {
  return share > 0 && share < 0.01 ? "under 1%" : `${Math.round(share * 100)}%`;
}

/** `1.2 KB`, counted in thousands as file managers do. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
