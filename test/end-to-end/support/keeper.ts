import { type Gateway, type OwnBlobs, gateway } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import type { Deployment } from "./deployment.ts";

/** Of one body, at most. */
export const MAX_BYTES = 1_000_000;
/** How long a body is kept. */
export const KEEP_MS = 60_000;

/** A deployment of the keeper, mounted at `/keeper`. */
export interface KeeperDeployment extends Deployment {
  /** What its endpoint sees. */
  readonly probe: Probe;
  /** Names of what is kept. */
  kept(): Promise<readonly string[]>;
  /** Lets time pass. */
  advance(ms: number): Promise<void>;
  /** Has it remove what is past its time. */
  sweep(): Promise<void>;
}

/** How to start one, and what it cannot show, with the reason. */
export interface KeeperMaker {
  make(): Promise<KeeperDeployment>;
  readonly cannot: { readonly "see a body as it comes"?: string };
}

/** Sees what an endpoint sees. */
export interface Probe {
  readonly firstPiece: PromiseWithResolvers<Uint8Array>;
  readonly finished: PromiseWithResolvers<string>;
}

export function newProbe(): Probe {
  return { firstPiece: Promise.withResolvers(), finished: Promise.withResolvers() };
}

/** Keeps any body as it comes, gives it back, and deletes it; everybody has a name. */
export function keeper(probe: Probe): Gateway {
  async function* watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      probe.firstPiece.resolve(piece);
      yield piece;
    }
  }
  const put = async (blobs: OwnBlobs, bytes: AsyncIterable<Uint8Array>, mediaType: string): Promise<string> => {
    const outcome = blobs.put(watched(bytes), { mediaType, maxBytes: MAX_BYTES, keepMs: KEEP_MS });
    outcome.then(
      () => probe.finished.resolve("kept"),
      (thrown: { code?: string }) => probe.finished.resolve(String(thrown.code)),
    );
    return outcome;
  };
  return gateway({
    routes: {},
    dialect: nativeDialect,
    authorize: ({ token }) => (token === undefined ? undefined : { id: token }),
    endpoints: [
      {
        method: "POST",
        path: "/things",
        takes: "bytes",
        handle: async ({ bytes, mediaType, blobs }) => ({
          status: 201,
          body: { id: await put(blobs, bytes, mediaType), mediaType },
        }),
      },
      {
        method: "GET",
        path: "/things/:id",
        async handle({ params, blobs }) {
          const blob = await blobs.get(params["id"]!);
          if (blob === undefined) return { status: 404, body: {} };
          return {
            status: 200,
            body: { mediaType: blob.mediaType, base64: Buffer.from(blob.bytes).toString("base64") },
          };
        },
      },
      {
        method: "DELETE",
        path: "/things/:id",
        handle: async ({ params, blobs }) => ({ status: (await blobs.delete(params["id"]!)) ? 204 : 404 }),
      },
    ],
  });
}
