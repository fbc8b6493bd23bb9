import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Backend } from "sluice";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { sqlite } from "sluice/store/sqlite";
import type { DeploymentOptions, ProofDeployment } from "./deployment.ts";
import { MODEL_ID, startModel } from "./model.ts";
import { proof } from "./proof-app.ts";

export interface OneProcessOptions extends DeploymentOptions {
  /** Opens the store at this path; `sqlite` by default. */
  readonly open?: (path: string) => Promise<Backend>;
}

export interface OneProcess extends ProofDeployment {
  readonly server: Server;
}

/** The proof app in the test's own process, on SQLite in a temporary folder and with the real SDK. */
export async function oneProcess(options: OneProcessOptions = {}): Promise<OneProcess> {
  const { limits, origins, open = sqlite } = options;
  const folder = await temporaryFolder();
  const emulator = await startModel();
  const server = await serve(
    { proof },
    {
      store: open(join(folder.path, "sluice.db")),
      source: bedrock({ modelId: MODEL_ID, endpoint: emulator.url }),
      port: 0,
      signals: false,
      ...(limits !== undefined && { limits }),
      ...(origins !== undefined && { origins }),
    },
  );
  return {
    url: server.url,
    wsUrl: server.url.replace(/^http/, "ws"),
    port: server.port,
    emulator,
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await emulator.close();
      await folder.remove();
    },
  };
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "sluice-end-to-end-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
