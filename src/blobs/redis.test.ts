import { describe, expect, it } from "vitest";
import { useRedis } from "../../test/support/use-redis.ts";
import { describeBlobs } from "../testing/conformance/blobs.ts";
import { RedisBlobs } from "./redis.ts";

const client = useRedis();

const open = async (): Promise<RedisBlobs> => new RedisBlobs(client(), "sluice:");

describeBlobs({ describe, it }, { name: "redis", open, reopen: open });

describe("uploads in Redis", () => {
  it("B2: what is on its way goes by itself where its server dies; what is kept, a day after its time", async () => {
    const blobs = await open();
    const expiresAt = Date.now() + 60_000;
    let unfinished = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
      const [name] = await client().keys("sluice:{blob:*}:*");
      unfinished = await client().pttl(name!);
    }
    await client().flushall();
    await blobs.put({ id: "photo", owner: "ann", mediaType: "image/png", expiresAt }, bytes(), 10);
    expect(unfinished).toBeGreaterThan(0);
    const [kept, ...others] = await client().keys("sluice:{blob:*");
    expect(others).toEqual([]);
    expect(await client().call("PEXPIRETIME", kept!)).toBe(expiresAt + 86_400_000);
  });

  it("B2: an upload of which Redis lost the beginning fails, and leaves nothing", async () => {
    const blobs = await open();
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
      await client().flushall();
      yield Uint8Array.of(2);
    }
    const meta = { id: "photo", owner: "ann", mediaType: "image/png", expiresAt: 61_000 };
    await expect(blobs.put(meta, bytes(), 10)).rejects.toThrow("were lost");
    expect(await blobs.get("ann", "photo", 1)).toBeUndefined();
    expect(await client().keys("sluice:{blob:*")).toEqual([]);
  });
});
