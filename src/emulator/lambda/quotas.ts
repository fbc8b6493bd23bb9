const MEGABYTE = 1024 * 1024;

/** Bytes that one invocation may carry, asked for its answer (Lambda quotas, "Invocation payload"). */
export const MOST_SYNCHRONOUS: number = 6 * MEGABYTE;

/** Bytes of an asynchronous one. */
export const MOST_ASYNCHRONOUS: number = MEGABYTE;
