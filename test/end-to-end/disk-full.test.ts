import { expect, it } from "vitest";
import { diskBlobs } from "../../src/blobs/disk.ts";
import { recordsOver } from "../../src/records/sqlite.ts";
import { callerOf } from "../../src/store/sqlite/caller.ts";
import type { Database } from "../../src/store/sqlite/database.ts";
import { openEngines } from "../../src/store/sqlite/engines.ts";
import { storeOver } from "../../src/store/sqlite.ts";
import { numberedText } from "../../src/testing/numbered-tokens.ts";
import { disorder, isLast, textOf } from "./support/frames.ts";
import { posted, request } from "./support/http-client.ts";
import { oneProcess } from "./support/one-process.ts";
import { SocketClient } from "./support/socket-client.ts";

it("a full disk: viewers are told without an offset, what was shown stays, and with room again the run ends and others work", async () => {
  let database: Database | undefined;
  await using deployment = await oneProcess({
    limits: { commitPatienceMs: 300, commitRetryMs: 50 },
    async open(path) {
      const engines = openEngines(path, "process");
      ({ database } = engines);
      const close = async (): Promise<void> => engines.database.close();
      const store = storeOver(callerOf(engines.store), close);
      const records = recordsOver(callerOf(engines.records), close);
      return { store, records, blobs: await diskBlobs(`${path}.blobs`), close };
    },
  });
  const run = { count: 100_000, padding: 2000, everyMs: 1 };
  await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
  client.send({ action: "tokens", ...run });
  const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
  const waiting = request(`${deployment.url}/proof/tokens`, posted(run));
  const { page_count: pages } = database!.prepare("PRAGMA page_count").get() as { page_count: number };
  database!.exec(`PRAGMA max_page_count = ${pages}`);

  const told = await client.log.first(({ type }) => type === "error");
  expect(told).toMatchObject({ code: "internal", streamId });
  expect(told.offset).toBeUndefined();
  const answer = await waiting;
  expect([answer.status, answer.body["code"]]).toEqual([500, "internal"]);
  client.send({ action: "ping" });
  await client.log.first(({ type }) => type === "pong");
  expect(client.frames.filter(isLast)).toEqual([]);

  // Nothing new fits either: it is refused, not left hanging.
  const refused = await request(`${deployment.url}/proof/tokens`, posted(run));
  expect([refused.status, refused.body["code"]]).toEqual([500, "internal"]);

  database!.exec("PRAGMA max_page_count = 1000000");
  const frames = await client.log.whole(streamId);
  const last = frames.at(-1)!;
  expect(last).toMatchObject({ type: "error", code: "internal" });
  expect([disorder(frames), frames.filter(isLast).length]).toEqual([[], 1]);
  expect(numberedText(run.count, run.padding).startsWith(textOf(frames))).toBe(true);
  await using later = await SocketClient.open(`${deployment.wsUrl}/proof`);
  later.send({ action: "resume", streamId });
  const stored = await later.log.whole(streamId);
  expect(textOf(stored) === textOf(frames)).toBe(true);
  expect(stored.at(-1)).toEqual(last);
  later.send({ action: "tokens", count: 20, requestId: "later" });
  expect((await later.log.first(({ type }) => type === "stream_complete"))["fullContent"]).toBe(numberedText(20));
});
