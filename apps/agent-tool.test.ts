import type { InvokableTool } from "@strands-agents/sdk";
import { type Clock, type Json, type JsonObject, silentLogger } from "sluice";
import { expect, test } from "vitest";
import { predictionTools } from "./predictions/tools.ts";

test("what breaks in a tool is told to nobody but the log", async () => {
  const failure = new Error("secret detail");
  const logged: unknown[] = [];
  const log = { ...silentLogger, warn: ({ err }: { err?: unknown }) => void logged.push(err) };
  const broken = {
    now: () => {
      throw failure;
    },
  } as unknown as Clock;
  for (const tool of predictionTools(broken, "UTC", log) as InvokableTool<JsonObject, Json>[]) {
    const told: unknown = await tool.invoke({ date_string: "tomorrow" }).catch((thrown: unknown) => thrown);
    expect(told).toMatchObject({ code: "internal" });
    expect(String(told)).not.toContain("secret");
  }
  expect(logged).toEqual([failure, failure]);
});
