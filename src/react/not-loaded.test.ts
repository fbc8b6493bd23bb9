import { expect, it, vi } from "vitest";
import { begun, bench } from "../../test/support/client-bench.ts";
import { viewOf } from "./run-view.ts";
import { until } from "./test-support/probe.tsx";

vi.mock("./reading.ts", () => {
  throw new Error("offline");
});

it("a run whose page could not load what reads it fails for its viewer, goes on, and can be cancelled (law 6)", async () => {
  const { run, socket } = await begun(bench());
  const view = viewOf(run);
  await until(view, ({ state }) => state.status === "error");
  expect(view.state.error).toMatchObject({ code: "interrupted", retryable: true });
  expect(socket.actions("cancel")).toEqual([]);
  void view.cancel().catch(() => {});
  await expect(run.result).rejects.toMatchObject({ code: "interrupted" });
});
