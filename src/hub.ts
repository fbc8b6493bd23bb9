/**
 * CONTRACT: who follows what in this process, and how to wake them. Implementations in hub/.
 *
 * H1 A wake-up carries no data (law 2): the follower reads the stream from its own offset.
 * H2 A wake-up may be lost or come twice; it then delays, it never loses.
 * H3 `moved` is called only after the commit (law 1), and wakes followers in the order in which they came.
 * H4 After `unfollow` a follower is not woken again.
 * H5 A stream has one attendant at most, the run that writes it: it hears that `watching` has become, or is no longer, 0.
 */

/** A cursor that wants to know when its stream moves. */
export interface Wakeable {
  /** The stream may have moved on. Cheap, never throws, and does nothing where nothing is new. */
  wake(): void;
}

export interface Hub {
  follow(streamId: string, follower: Wakeable): void;
  unfollow(streamId: string, follower: Wakeable): void;
  /** The stream has new events: wakes its followers. */
  moved(streamId: string): void;
  /** How many follow the stream here. */
  watching(streamId: string): number;
  /** Calls back when the stream's first follower here comes, and when its last one leaves (H5); gives the way to stop. */
  attend(streamId: string, changed: () => void): () => void;
  close(): Promise<void>;
}
