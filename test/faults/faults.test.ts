import { describe, expect, test, vi } from "vitest";
import { LIBRARY, MARSHES } from "../../apps/titles/testing/articles.ts";
import type { Call } from "../../src/emulator/bedrock/index.ts";
import { fragmentsOf } from "../../src/emulator/bedrock/tokens.ts";
import { PROTOCOLS } from "../support/bedrock.ts";
import { type FaultRow, faultRows } from "./fault-rows.ts";
import { type FaultyTitles, INACTIVITY_MS, startFaultyTitles } from "./faulty-titles.ts";
import type { View } from "./viewer.ts";

/** How late an abort may be seen upstream (law 6). */
const ABORT_MS = 100;

/** What the stand-in says where nothing goes wrong. */
async function saidBy({ viewer }: FaultyTitles, userInput: string): Promise<string> {
  const end = await (await viewer()).ask(userInput).end;
  return String(end["fullContent"]);
}

/** Laws 3 and 5: one start, one end, each frame further on than the one before. */
function expectWellFormed(view: View, end: string): void {
  expect(view.types[0]).toBe("start");
  expect(view.types.filter((type) => ["start", "stream_complete", "error", "cancelled"].includes(type))).toEqual([
    "start",
    end,
  ]);
  expect(view.types.at(-1)).toBe(end);
  expect(view.frames.every(({ streamId }) => streamId === view.streamId)).toBe(true);
  const places = view.frames.map(({ offset }) => Number(/^1-(\d+)$/.exec(String(offset))?.[1]));
  expect(places[0]).toBe(0);
  expect(places.slice(1).every((place, index) => place > places[index]!)).toBe(true);
}

/** Nothing runs on: neither here nor upstream. */
async function expectQuiet({ emulator, server, clock }: FaultyTitles): Promise<void> {
  await Promise.all(emulator.calls.map(({ ended }) => ended));
  expect(server.engine.runs.running).toBe(0);
  expect(clock.pending).toBe(0);
}

/** Once the model is silent and all it said is shown, the time it may be silent passes. */
async function passSilence({ emulator, clock }: FaultyTitles, view: View, shown: string): Promise<number> {
  await view.shows(shown);
  await vi.waitUntil(() => emulator.calls.at(-1)?.fault === "stall", { interval: 1 });
  const at = Date.now();
  clock.advance(INACTIVITY_MS);
  return at;
}

describe.each(PROTOCOLS)("faults of a Bedrock over %s, seen by a viewer of titles", (protocol) => {
  const rows = faultRows.filter(({ over }) => over.includes(protocol));

  test.each(rows.filter(({ aborted }) => aborted !== true))("$title", check);

  // An abort is timed, and a machine may be busy.
  test.each(rows.filter(({ aborted }) => aborted === true))("$title", { retry: 2 }, check);

  async function check(row: FaultRow): Promise<void> {
    const titles = await startFaultyTitles(protocol);
    const { emulator } = titles;
    const said = await saidBy(titles, MARSHES);
    const before = emulator.calls.length;
    const viewer = await titles.viewer();

    emulator.fail(row.rule);
    const view = viewer.ask(MARSHES);
    const whole = row.whole?.(said) ?? said;
    const tokens = fragmentsOf(whole);
    const shown = typeof row.shown === "number" ? tokens.slice(0, row.shown).join("") : whole;
    let abortedFrom: number | undefined;
    if (row.rule.fault === "stall") abortedFrom = await passSilence(titles, view, shown);
    const end = await view.end;

    if (row.shown === "some") expect(whole.startsWith(view.text)).toBe(true);
    else expect(view.text).toBe(shown);
    const state = await titles.state(view.streamId);
    if (row.code === undefined) {
      expectWellFormed(view, "stream_complete");
      expect(end["fullContent"]).toBe(whole);
      expect(state).toMatchObject({ state: "complete", text: whole });
    } else {
      expectWellFormed(view, "error");
      expect(end).toMatchObject({ code: row.code, requestId: view.requestId, offset: expect.any(String) });
      if (row.message !== undefined) expect(end["message"]).toBe(row.message);
      expect(state).toMatchObject({ state: "error", text: view.text, error: { code: row.code } });
    }

    const calls = emulator.calls.slice(before);
    expect(calls).toHaveLength(row.calls);
    for (const call of calls) expect(await call.ended).toBe(row.aborted === true ? "aborted" : "finished");
    if (row.aborted === true) expect(latenessOf(calls[0]!, abortedFrom ?? view.endedAt!)).toBeLessThan(ABORT_MS);
    expect(calls.filter(({ fault }) => fault !== undefined)).toHaveLength(faultsOf(row));

    emulator.fail();
    const next = viewer.ask(MARSHES);
    expect((await next.end)["fullContent"]).toBe(said);
    expectWellFormed(next, "stream_complete");
    await expectQuiet(titles);
  }

  test("law 11: of two answers at once on one connection only the one that is cut is lost", async () => {
    const titles = await startFaultyTitles(protocol);
    const [said, other] = [await saidBy(titles, MARSHES), await saidBy(titles, LIBRARY)];
    const viewer = await titles.viewer();
    titles.emulator.fail({ match: { text: "salt marshes" }, fault: "socket", at: 5 });
    const [cut, whole] = [viewer.ask(MARSHES), viewer.ask(LIBRARY)];
    expect(await cut.end).toMatchObject({ type: "error", code: "upstream_truncated" });
    expect(said.startsWith(cut.text)).toBe(true);
    expect(await whole.end).toMatchObject({ type: "stream_complete", fullContent: other });
    expect(whole.text).toBe(other);
    await expectQuiet(titles);
  });

  const waits = [
    ["before the headers", { fault: "stall", at: "request" }, 0],
    ["after the headers", { fault: "stall", at: "headers" }, 0],
    ["in the middle of the text", { fault: "stall", at: 5 }, 5],
    ["before a slow first token", { pace: { firstTokenMs: 60_000 } }, 0],
  ] as const;

  test.each(waits)("law 6: a cancel %s goes upstream and keeps the text", { retry: 2 }, async (_where, rule, count) => {
    const titles = await startFaultyTitles(protocol);
    const { emulator } = titles;
    const said = await saidBy(titles, MARSHES);
    const shown = fragmentsOf(said).slice(0, count).join("");
    const viewer = await titles.viewer();
    emulator.fail(rule);
    const nextCall = emulator.nextCall();
    const view = viewer.ask(MARSHES);
    const call = await nextCall;
    await view.shows(shown);
    const cancelledAt = Date.now();
    viewer.cancel(view);
    expect(await view.end).toMatchObject({ type: "cancelled", partialLength: shown.length });
    expectWellFormed(view, "cancelled");
    expect(await call.ended).toBe("aborted");
    expect(latenessOf(call, cancelledAt)).toBeLessThan(ABORT_MS);
    expect(await titles.state(view.streamId)).toMatchObject({ state: "cancelled", text: shown });

    expect((await viewer.ask(MARSHES).end)["fullContent"]).toBe(said);
    await expectQuiet(titles);
  });
});

function latenessOf({ abortedAt }: Call, from: number): number {
  return abortedAt! - from;
}

/** How many calls of a row went wrong. */
function faultsOf({ rule, calls }: FaultRow): number {
  return rule.fault === undefined ? 0 : Math.min(rule.times ?? 1, calls);
}
