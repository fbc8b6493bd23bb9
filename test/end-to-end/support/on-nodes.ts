import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { type RedisBackend, redis } from "sluice/store/redis";
import { RedisServer } from "../../support/redis-server.ts";
import type { Deployment, DeploymentOptions, ProofDeployment } from "./deployment.ts";
import { MODEL_ID, startModel } from "./model.ts";
import { proof } from "./proof-app.ts";
import { roundRobin } from "./round-robin.ts";

let started: Promise<RedisServer> | undefined;

/** One for each file of tests; each deployment has its keys under a prefix of its own. */
export function sharedRedis(): Promise<RedisServer> {
  return (started ??= RedisServer.start());
}

afterAll(async () => {
  await (await started)?.[Symbol.asyncDispose]();
});

export interface TwoNodes extends Deployment {
  readonly nodes: readonly Server[];
}

/** Gives a node its store. */
export type OpenNode = (store: Promise<RedisBackend>) => Promise<Server>;

export interface TwoNodesOptions {
  /** What each key begins with. */
  readonly prefix?: string;
  readonly leaseMs?: number;
}

/** Two nodes in the test's own process that share nothing but a Redis. Each connection goes to the one whose turn it is. */
export async function twoNodes(open: OpenNode, options: TwoNodesOptions = {}): Promise<TwoNodes> {
  const { prefix = `${randomUUID()}:`, leaseMs } = options;
  const { url } = await sharedRedis();
  const node = (): Promise<Server> => open(redis({ url, prefix, ...(leaseMs !== undefined && { leaseMs }) }));
  const nodes = await Promise.all([node(), node()]);
  const door = await roundRobin(nodes.map(({ port }) => port));
  return {
    url: door.url,
    wsUrl: door.wsUrl,
    port: door.port,
    nodes,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map((server) => server.close()));
      await door[Symbol.asyncDispose]();
    },
  };
}

/** The proof app on two nodes, with one model. */
export async function onNodes({ limits, origins }: DeploymentOptions = {}): Promise<ProofDeployment & TwoNodes> {
  const emulator = await startModel();
  const nodes = await twoNodes((store) =>
    serve(
      { proof },
      {
        store,
        source: bedrock({ modelId: MODEL_ID, endpoint: emulator.url }),
        port: 0,
        signals: false,
        ...(limits !== undefined && { limits }),
        ...(origins !== undefined && { origins }),
      },
    ),
  );
  return {
    ...nodes,
    emulator,
    async [Symbol.asyncDispose]() {
      await nodes[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
}
