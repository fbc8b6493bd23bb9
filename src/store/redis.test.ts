import * as fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { RedisServer } from "../../test/support/redis-server.ts";
import { type StoreSuite, describeStore } from "../testing/conformance/store.ts";
import { describeStoreAgreement } from "../testing/conformance/store-agreement.ts";
import type { Backend } from "../backend.ts";
import { memoryStore } from "./memory.ts";
import { redis } from "./redis.ts";

const runner = { describe, it };
let server: RedisServer;
let backend: Backend;

beforeAll(async () => {
  server = await RedisServer.start();
  backend = await redis({ url: server.url });
});
afterAll(async () => {
  await backend.close();
  await server[Symbol.asyncDispose]();
});

const suite: StoreSuite = {
  name: "redis",
  open: async () => backend.store,
  reopen: async () => backend.store,
  leases: "renewed",
};
describeStore(runner, suite);
describeStoreAgreement(runner, fc, { ...suite, model: memoryStore });
