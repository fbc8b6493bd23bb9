import type { Authorize, Clock } from "sluice";
import { type BedrockEmulator, FLAT_OUT, type Pace, startBedrockEmulator } from "sluice/emulator/bedrock";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { memory } from "sluice/store/memory";
import { images } from "../index.ts";
import { imagesStandIn } from "../offline.ts";

/** A running server, and the model behind it. */
export interface ImagesServer extends AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  readonly emulator: BedrockEmulator;
}

export interface ImagesServerOptions {
  readonly pace?: Pace;
  readonly clock?: Clock;
  readonly authorize?: Authorize;
}

/** Image processing on any free port, everything in memory. */
export async function startImages({
  pace = FLAT_OUT,
  clock,
  authorize,
}: ImagesServerOptions = {}): Promise<ImagesServer> {
  const modelId = "offline.images";
  const emulator = await startBedrockEmulator({ models: { [modelId]: imagesStandIn }, pace });
  const server = await serve(
    { images: { ...images, ...(authorize !== undefined && { authorize }) } },
    {
      store: memory(),
      source: bedrock({ modelId, endpoint: emulator.url }),
      port: 0,
      signals: false,
      ...(clock !== undefined && { clock }),
    },
  );
  return {
    server,
    url: `${server.url}/images`,
    emulator,
    async [Symbol.asyncDispose]() {
      await server.close();
      await emulator.close();
    },
  };
}
