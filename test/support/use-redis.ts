import { Redis } from "ioredis";
import { afterAll, beforeAll } from "vitest";
import { RedisServer } from "./redis-server.ts";

/** A Redis for the tests of one file, and a client of it. Call it at the top of the file. */
export function useRedis(): () => Redis {
  let server: RedisServer;
  let client: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    client = new Redis(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server[Symbol.asyncDispose]();
  });
  return () => client;
}
