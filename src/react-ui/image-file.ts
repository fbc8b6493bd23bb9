const TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MEGABYTE = 1024 * 1024;
const MAX_BYTES = 3.75 * MEGABYTE;

/** What a file input takes. */
export const ACCEPT: string = TYPES.join(",");
/** The limits in words: the Converse API of Bedrock has these for one image. */
export const LIMITS = "PNG, JPEG, GIF or WebP, up to 3.75 MB";

/** What a server would refuse anyhow, in words; it looks at the bytes, too. */
export function problemOf(file: File): string | undefined {
  if (!TYPES.includes(file.type)) return `${file.name} is no PNG, JPEG, GIF or WebP.`;
  if (file.size > MAX_BYTES) return `${file.name} has ${sizeOf(file)}; 3.75 MB are the most.`;
  return undefined;
}

/** `318 KB`, `1.4 MB`. */
export function sizeOf({ size }: File): string {
  return size < MEGABYTE ? `${Math.ceil(size / 1024)} KB` : `${(size / MEGABYTE).toFixed(1)} MB`;
}
