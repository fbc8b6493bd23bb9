/** What Converse takes of one image: its API reference says 3.75 MB and 8000 pixels a side. 5 MB of base64 hold the first. */
export const MAX_IMAGE_BYTES: number = 3.75 * 1024 * 1024;
export const MAX_SIDE = 8000;

/** How long an upload waits for its request. */
export const UPLOAD_KEEP_MS = 3_600_000;
