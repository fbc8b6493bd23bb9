/** Every number of the product. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** WebSocket frame and message from a client, as on API Gateway. */
  readonly maxFrameBytes: number;
  readonly maxMessageBytes: number;
  /** JSON body of an HTTP request. */
  readonly maxBodyBytes: number;
  /** A frame to a client that would pass this is sent with its text empty and `href`. */
  readonly maxOutboundFrameBytes: number;
  /** A client's messages that wait for their turn before its connection is no longer read. */
  readonly maxQueuedMessages: number;
  readonly maxQueuedBytes: number;
  /** Unsent bytes above which a connection counts as not writable. */
  readonly maxBufferedBytes: number;
  /** Open connections of one process, and of one address that is not the machine's own; more are refused with 503. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How long a client may take to send a request's headers, and then its body; later: 408. */
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** All headers of a request together, and how many there may be; above: 431. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** A connection whose client takes nothing for so long is closed (law 7). */
  readonly stallMs: number;
  /** Committed events that a running stream keeps in memory for its followers. */
  readonly tailBytes: number;
  /** Events that one commit may hold of one stream before its writer has to wait. */
  readonly maxPendingBytes: number;
  /** About how much one read of the store brings. */
  readonly readBytes: number;
  /** More pending events than this are merged: adjacent text deltas become one frame (law 7). */
  readonly mergeAbove: number;
  /** Text of one merged frame. */
  readonly mergedBytes: number;
  /** Runs of one principal at once where no allowance says how many; Infinity: they are not counted. */
  readonly concurrentRuns: number;
  /** A route's time limit where it names none. */
  readonly runTimeoutMs: number;
  /** How long an ended stream is kept where its route does not say. */
  readonly retentionMs: number;
  /** How long `stream_gone` is told after that, before a stream is not known at all. */
  readonly forgetMs: number;
  /** How long a cancel waits for the request that it names (law 6). */
  readonly earlyCancelMs: number;
  /** WebSocket pings and SSE comments. */
  readonly heartbeatMs: number;
  /** Longest long poll. */
  readonly maxWaitMs: number;
  /** Frames that one long poll answers with, about. */
  readonly pollBytes: number;
  /** How long running runs may go on after SIGTERM. */
  readonly graceMs: number;
  /** How long a run waits for a store that takes nothing before it ends with an error. */
  readonly commitPatienceMs: number;
  /** Pause before a failed commit is tried again. */
  readonly commitRetryMs: number;
  /** From the beginning of one commit to that of the next, at least: where each write of the store costs money. */
  readonly commitEveryMs: number;
  readonly sweepMs: number;
  /** How often a stream that another process writes is looked at while somebody here waits for it, and no bus tells of it. */
  readonly lookMs: number;
  /** The same where a bus does, in case a wake-up was lost. */
  readonly unheardMs: number;
  /** Items of one list page. */
  readonly pageSize: number;
}

const KB = 1024;
const SECOND = 1000;
const HOUR = 3600 * SECOND;

export const defaultLimits: Limits = {
  maxFrameBytes: 32 * KB,
  maxMessageBytes: 128 * KB,
  maxBodyBytes: 1024 * KB,
  maxOutboundFrameBytes: 128 * KB,
  maxQueuedMessages: 64,
  maxQueuedBytes: 256 * KB,
  maxBufferedBytes: 256 * KB,
  maxConnections: 16_384,
  maxConnectionsPerAddress: 1024,
  headersTimeoutMs: 15 * SECOND,
  bodyTimeoutMs: 120 * SECOND,
  maxHeaderBytes: 16 * KB,
  maxHeaders: 128,
  stallMs: 120 * SECOND,
  tailBytes: 4 * KB,
  maxPendingBytes: 256 * KB,
  readBytes: 256 * KB,
  mergeAbove: 16,
  mergedBytes: 16 * KB,
  concurrentRuns: 32,
  runTimeoutMs: 300 * SECOND,
  retentionMs: 24 * HOUR,
  forgetMs: 7 * 24 * HOUR,
  earlyCancelMs: 10 * SECOND,
  heartbeatMs: 15 * SECOND,
  maxWaitMs: 25 * SECOND,
  pollBytes: 512 * KB,
  graceMs: 10 * SECOND,
  commitPatienceMs: 2 * SECOND,
  commitRetryMs: 200,
  commitEveryMs: 0,
  sweepMs: 60 * SECOND,
  lookMs: 250,
  unheardMs: 2 * SECOND,
  pageSize: 50,
};
