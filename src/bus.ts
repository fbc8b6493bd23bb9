/**
 * CONTRACT: wake-ups between nodes. Implementations in bus/.
 *
 * U1 It carries a stream's id and no data; any of them may be lost, doubled or late (law 2).
 * U2 A publisher does not hear its own.
 * U3 `publish` does not throw and does not wait.
 */
export interface Bus {
  publish(streamId: string): void;
  /** Hears what other nodes publish; gives the way to stop. */
  subscribe(listener: (streamId: string) => void): () => void;
  close(): Promise<void>;
}
