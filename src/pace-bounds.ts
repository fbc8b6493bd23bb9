/** Bounds of the buckets for the time until an answer's first token, milliseconds. */
export const FIRST_TOKEN_MS: readonly number[] = [50, 100, 200, 300, 500, 750, 1000, 2000, 3000, 5000, 10_000];

/** Bounds of the buckets for the time between two tokens of an answer, milliseconds. */
export const INTER_TOKEN_MS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];
