import type { Client, JsonObject, Run } from "sluice/client";

/** What a client was asked for: a run, or a stream that is there. */
export type Asked =
  | { readonly route: string; readonly input: JsonObject; readonly streamId?: never }
  | { readonly streamId: string };

/** The same client, which also tells what it is asked for. */
export function telling(client: Client, tell: (asked: Asked, run: Run) => void): Client {
  const run = client.run.bind(client);
  const follow = client.follow.bind(client);
  return Object.assign(client, {
    run: (...asked: Parameters<Client["run"]>): Run => {
      const begun = run(...asked);
      tell({ route: asked[0], input: asked[1] }, begun);
      return begun;
    },
    follow: (...asked: Parameters<Client["follow"]>): Run => {
      const followed = follow(...asked);
      tell({ streamId: asked[0] }, followed);
      return followed;
    },
  });
}
