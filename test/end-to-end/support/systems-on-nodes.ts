import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { jwt } from "sluice/auth/jwt";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { FakeClock } from "sluice/testing";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { openSources } from "../../../apps/sources.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { type MakeCeiling, FIRST_TOKEN_MS, under } from "./ceiling.ts";
import { type ClockedMaker, TOKENS_PER_SECOND } from "./clocked-houses.ts";
import { startHouse } from "./house.ts";
import { type KeeperMaker, keeper, newProbe } from "./keeper.ts";
import { sharedRedis, twoNodes } from "./on-nodes.ts";
import { wholeApp } from "./own-process.ts";
import { roundRobin } from "./round-robin.ts";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.ts";
import type { Command } from "./whole-app.ts";

/** `npm start` twice, on one Redis; each connection goes to the process whose turn it is. */
export const onNodesAtHome: Command = {
  line: "npm start, on two nodes",
  async start(environment) {
    const store = await RedisServer.start();
    const node = (): ReturnType<typeof wholeApp> => wholeApp({ SLUICE_STORE: store.url, ...environment });
    const nodes = await Promise.all([node(), node()]);
    const door = await roundRobin(nodes.map(({ port }) => port));
    return {
      url: door.url,
      wsUrl: door.wsUrl,
      port: door.port,
      get output() {
        return nodes.map(({ output }) => output).join("");
      },
      kill: async () => void (await Promise.all(nodes.map((server) => server.kill()))),
      async terminate() {
        const codes = await Promise.all(nodes.map((server) => server.terminate()));
        return codes.find((code) => code !== 0) ?? 0;
      },
      restart: async () => void (await Promise.all(nodes.map((server) => server.restart()))),
      async [Symbol.asyncDispose]() {
        await Promise.all(nodes.map((server) => server[Symbol.asyncDispose]()));
        await door[Symbol.asyncDispose]();
        await store[Symbol.asyncDispose]();
      },
    };
  },
  cannot: {
    "survive SIGKILL":
      "each dead run waits for a lease of 10 s; nodes/nodes.test.ts kills nodes that have a shorter one",
  },
  cuts: 8,
  writers: 1,
};

/** So long that the jumps of a test's clock let none run out. */
const LEASE_MS = 86_400_000;

/** The keeper on two nodes. */
export const keeperOnNodes: KeeperMaker = {
  cannot: {},
  async make() {
    const probe = newProbe();
    const clock = new FakeClock(Date.now());
    const prefix = `${randomUUID()}:`;
    const nodes = await twoNodes(
      (store) =>
        serve({ keeper: keeper(probe) }, { store, source: iterable(() => []), port: 0, signals: false, clock }),
      { prefix, leaseMs: LEASE_MS },
    );
    const looker = new Redis((await sharedRedis()).url);
    return {
      ...nodes,
      probe,
      kept: () => looker.keys(`${prefix}{blob:*`),
      advance: (ms) => clock.advance(ms),
      sweep: () => nodes.nodes[1]!.engine.blobs.sweep(clock.now()),
      async [Symbol.asyncDispose]() {
        looker.disconnect();
        const closed = nodes[Symbol.asyncDispose]();
        await clock.advance(60_000);
        await closed;
      },
    };
  },
};

/** All systems on two nodes. */
export const ceilingOnNodes: MakeCeiling = async (ceiling, tokensPerSecond) => {
  const sources = await openSources({ kind: "offline", pace: { tokensPerSecond, firstTokenMs: FIRST_TOKEN_MS } });
  const gateways = under(ceiling, gatewaysFor(readEnvironment({})));
  const nodes = await twoNodes((store) =>
    serve(gateways, { store, source: sources.of, port: 0, signals: false, limits: { graceMs: 0 } }),
  );
  return {
    ...nodes,
    async [Symbol.asyncDispose]() {
      await nodes[Symbol.asyncDispose]();
      await sources[Symbol.asyncDispose]();
    },
  };
};

/** All systems on two nodes, with tokens, by one clock. */
export const clockedOnNodes: ClockedMaker = {
  cannot: {},
  async make() {
    const clock = new FakeClock(Date.now());
    const authorize = jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE, clock });
    const houses: AsyncDisposable[] = [];
    const nodes = await twoNodes(
      async (store) => {
        const house = await startHouse({ clock, tokensPerSecond: TOKENS_PER_SECOND, authorize, store });
        houses.push(house);
        return house.server;
      },
      { leaseMs: LEASE_MS },
    );
    return {
      ...nodes,
      now: () => clock.now(),
      advance: (ms) => clock.advance(ms),
      async [Symbol.asyncDispose]() {
        await nodes[Symbol.asyncDispose]();
        for (const house of houses) await house[Symbol.asyncDispose]();
      },
    };
  },
};
