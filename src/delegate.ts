import type { Offset } from "./protocol/offset.ts";
import type { StreamHead } from "./store.ts";

/** Has the process that writes a stream serve a link too, where nobody holds the link's socket (host/lambda). */
export interface Delegate {
  /**
   * Has the events after that offset brought to the link. `repeated`: for a request that was accepted before. False where
   * nobody will: then the stream is followed here.
   */
  follow(head: StreamHead, after: Offset | undefined, repeated: boolean): Promise<boolean>;
  follows(streamId: string): Promise<boolean>;
}
