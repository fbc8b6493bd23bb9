/**
 * CONTRACT: whom the process that writes a stream is to serve, where no process holds the sockets (host/lambda). The store that
 * keeps the stream implements it, so that entering is ordered before or after the stream's end.
 *
 * Ro1 `enter` is taken while the stream runs, and while its writer still serves this connection; else it gives false: whoever
 *     asked then reads by itself, and nobody else serves that connection.
 * Ro2 A connection has one entry in a stream; entering again replaces it. Two entries differ by their `visit`.
 * Ro3 `leave` removes the entry only where it is still that one, and tells so: false means that it was replaced.
 * Ro4 Who attends hears of every entry sooner or later, with the answer to one of its own appends at the latest, or to a look.
 * Ro5 `look` also renews the writer's lease (S13). It gives undefined where the stream has another writer, or is gone.
 * Ro6 `left` gives the streams that have ended, whose server was not heard of since, and in whose roster somebody stands: they are to
 *     be let go, so that they come back and read by themselves.
 */
import type { StreamHead } from "./store.ts";

export interface RosterEntry {
  readonly connectionId: string;
  /** The offset after which it wants to be served, in its wire form; absent: from the beginning. */
  readonly offset?: string;
  /** It asks for a request that was accepted before: where it is served already, `start` once more is all (law 8). */
  readonly repeated?: true;
  /** Tells one entry of a connection from the next. */
  readonly visit: string;
}

/** What a writer learns by looking. */
export interface RosterNews {
  readonly entries: readonly RosterEntry[];
  /** Somebody asked for the stream's cancel. */
  readonly cancel: boolean;
}

export interface Roster {
  enter(streamId: string, entry: RosterEntry): Promise<boolean>;
  leave(streamId: string, entry: Pick<RosterEntry, "connectionId" | "visit">): Promise<boolean>;
  /** The connection's entry, if it has one. */
  entry(streamId: string, connectionId: string): Promise<RosterEntry | undefined>;
  /** Hears of all entries whenever this process learns of them; gives the way to stop. */
  attend(streamId: string, heard: (entries: readonly RosterEntry[]) => void): () => void;
  left(now: number): Promise<readonly StreamHead[]>;
  look(streamId: string, epoch: number, now: number): Promise<RosterNews | undefined>;
}
