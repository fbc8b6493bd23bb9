import type { BedrockEmulator } from "sluice/emulator/bedrock";
import { RedisServer } from "../../support/redis-server.ts";
import type { Deployment, ProcessControl } from "./deployment.ts";
import { type ServerProcess, deploymentOf, startServer } from "./own-process.ts";
import { temporaryFolder } from "./one-process.ts";
import { type RoundRobin, roundRobin } from "./round-robin.ts";
import { startGoingOnModel } from "./surviving-app.ts";

const SCRIPT = "test/end-to-end/support/node-server.ts";

/** How long a dead node counts as alive: longer than a busy machine lets a living one wait. */
const LEASE_MS = 2500;

/** Longer than any run that is to end in it. */
const GRACE_MS = 15_000;

export interface NodeProcesses extends AsyncDisposable {
  readonly nodes: readonly (Deployment & ProcessControl)[];
  /** In front of all of them. */
  readonly door: RoundRobin;
  /** The model behind all of them, which stays here, where the test can see its calls. */
  readonly model: BedrockEmulator;
}

/** So many nodes, each a process, on one Redis. */
export async function nodeProcesses(count: number): Promise<NodeProcesses> {
  const [store, model] = await Promise.all([RedisServer.start(), startGoingOnModel()]);
  const servers = await Promise.all(Array.from({ length: count }, () => start(store.url, model)));
  const nodes = servers.map((server) => deploymentOf(server, async () => {}));
  const door = await roundRobin(nodes.map(({ port }) => port));
  return {
    nodes,
    door,
    model,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
      await door[Symbol.asyncDispose]();
      await model.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** One process on a SQLite file. */
export async function lonelyProcess(): Promise<Deployment & ProcessControl & { readonly model: BedrockEmulator }> {
  const folder = await temporaryFolder();
  const model = await startGoingOnModel();
  const server = await start(`${folder.path}/sluice.db`, model);
  const node = deploymentOf(server, async () => {
    await model.close();
    await folder.remove();
  });
  return Object.defineProperty(node, "model", { value: model }) as typeof node & { readonly model: BedrockEmulator };
}

function start(store: string, { url }: BedrockEmulator): Promise<ServerProcess> {
  return startServer(SCRIPT, {
    NODE_STORE: store,
    NODE_MODEL: url,
    NODE_LEASE_MS: String(LEASE_MS),
    NODE_GRACE_MS: String(GRACE_MS),
  });
}
