import type { Connection } from "../../connection.ts";
import type { Delegate } from "../../delegate.ts";
import { nativeDialect } from "../../dialect/native.ts";
import { PostTransport } from "../../transport/post.ts";
import type { Composition } from "./composition.ts";
import type { KnownConnection } from "./connections.ts";

/** A connection of which this process holds no socket, for as long as it has something to say to it. */
export interface SocketLink {
  readonly connection: Connection;
  readonly transport: PostTransport;
  /** Resolves when all is said that there was to say, and where it turned out to be gone, when it is forgotten. */
  settled(): Promise<void>;
}

/** Opens the way to a connection. Where it turns out to be gone, what was known of it is forgotten. */
export function openLink(
  { engine, posts, connections }: Composition,
  id: string,
  { caller, native, callbackUrl }: KnownConnection,
  delegate?: Delegate,
): SocketLink {
  const transport = new PostTransport(posts.line(callbackUrl, id));
  const connection = engine.accept({
    id,
    caller,
    transport,
    maxFrameBytes: engine.limits.maxOutboundFrameBytes,
    ...(native && { dialect: nativeDialect }),
    ...(delegate !== undefined && { delegate }),
  });
  let forgotten: Promise<void> | undefined;
  transport.listen({
    drained: () => connection.drained(),
    gone: () => {
      connection.gone();
      forgotten = connections.delete(caller.app, id).catch((thrown: unknown) => {
        engine.logger.warn({ err: thrown, connectionId: id }, "a connection that is gone cannot be forgotten");
      });
    },
  });
  return {
    connection,
    transport,
    async settled() {
      await connection.settled();
      await transport.settled();
      await forgotten;
    },
  };
}
