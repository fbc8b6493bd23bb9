import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "sluice";
import { serve } from "sluice/node";
import { startS3Emulator } from "sluice/emulator";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { FakeClock } from "sluice/testing";
import { startAtHome } from "../../../apps/aws/at-home.ts";
import { setFileClock } from "./file-clock.ts";
import { type KeeperMaker, keeper, newProbe } from "./keeper.ts";
import { temporaryFolder } from "./one-process.ts";

/** The keeper in the test's own process, with a folder of files. */
export const keeperOnNode: KeeperMaker = {
  cannot: {},
  async make() {
    const folder = await temporaryFolder();
    const probe = newProbe();
    const clock = new FakeClock();
    const server = await serve(
      { keeper: keeper(probe) },
      {
        store: sqlite(join(folder.path, "sluice.db")),
        source: iterable(() => []),
        port: 0,
        signals: false,
        clock,
      },
    );
    return {
      url: server.url,
      wsUrl: server.url.replace(/^http/, "ws"),
      port: server.port,
      probe,
      kept: () => readdir(join(folder.path, "sluice.blobs")),
      advance: (ms) => clock.advance(ms),
      sweep: () => server.engine.blobs.sweep(clock.now()),
      async [Symbol.asyncDispose]() {
        const closed = server.close();
        await clock.advance(60_000);
        await closed;
        await folder.remove();
      },
    };
  },
};

const BUCKET = "kept";

/** The keeper as Lambda functions, with a bucket. */
export const keeperOnAws: KeeperMaker = {
  cannot: { "see a body as it comes": "Lambda hands a request to its function when it is whole" },
  async make() {
    const folder = await temporaryFolder();
    const clockFile = join(folder.path, "now");
    let now = Date.now();
    setFileClock(clockFile, now);
    const s3 = await startS3Emulator({ buckets: [BUCKET] });
    const code = (name: string): string => join(import.meta.dirname, "keeper-functions", `${name}.ts`);
    const home = await startAtHome({
      systems: ["keeper"],
      code: { handler: code("http"), http: code("http"), worker: code("worker") },
      environment: { KEEPER_S3: s3.url, KEEPER_BUCKET: BUCKET, KEEPER_CLOCK: clockFile },
      authorizer: false,
      pages: (_request, response) => void response.writeHead(404).end(),
      port: 0,
      logger: silentLogger,
      output: () => {},
    });
    return {
      url: `http://127.0.0.1:${home.port}`,
      wsUrl: `ws://127.0.0.1:${home.port}`,
      port: home.port,
      probe: newProbe(),
      kept: async () => s3.keys(BUCKET),
      async advance(ms) {
        now += ms;
        setFileClock(clockFile, now);
      },
      sweep: async () => void (await home.functions.worker.invoke({ source: "aws.events" })),
      async [Symbol.asyncDispose]() {
        await home.close();
        await s3.close();
        await folder.remove();
      },
    };
  },
};
