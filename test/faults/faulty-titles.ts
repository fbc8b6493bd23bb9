import { onTestFinished } from "vitest";
import { titles } from "../../apps/titles/index.ts";
import { titlesStandIn } from "../../apps/titles/offline.ts";
import type { BedrockEmulator } from "../../src/emulator/bedrock/index.ts";
import { type Server, serve } from "../../src/host/node/index.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { bedrock } from "../../src/source/bedrock.ts";
import { memory } from "../../src/store/memory.ts";
import { connectedClient, ManualClock, type Protocol, startEmulator } from "../support/bedrock.ts";
import { Viewer } from "./viewer.ts";

export const MODEL = "offline.titles";

/** How long the source lets the model be silent, by its own clock, which stands still. */
export const INACTIVITY_MS = 5000;

/** The title generator as it is, on a Bedrock that fails when it is told to. */
export interface FaultyTitles {
  readonly emulator: BedrockEmulator;
  readonly server: Server;
  /** The source's clock. */
  readonly clock: ManualClock;
  viewer(): Promise<Viewer>;
  /** `GET /titles/streams/{streamId}`. */
  state(streamId: string): Promise<JsonObject>;
}

/** Starts one for this test. */
export async function startFaultyTitles(protocol: Protocol): Promise<FaultyTitles> {
  const emulator = await startEmulator({ models: { [MODEL]: titlesStandIn } });
  const clock = new ManualClock();
  const source = bedrock({
    modelId: MODEL,
    inactivityMs: INACTIVITY_MS,
    clock,
    ...(protocol === "HTTP/2" ? { endpoint: emulator.url } : { client: connectedClient(emulator, protocol) }),
  });
  // A test that failed has runs that never end.
  const limits = { graceMs: 0 };
  const server = await serve({ titles }, { store: memory(), source, port: 0, signals: false, limits });
  onTestFinished(() => server.close());
  return {
    emulator,
    server,
    clock,
    async viewer() {
      const viewer = await Viewer.open(server.url);
      onTestFinished(() => viewer[Symbol.dispose]());
      return viewer;
    },
    async state(streamId) {
      const response = await fetch(`${server.url}/titles/streams/${streamId}`, {
        headers: { Accept: "application/json" },
      });
      return (await response.json()) as JsonObject;
    },
  };
}
