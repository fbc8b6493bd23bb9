import { SluiceError, silentLogger } from "sluice";
import { ScriptedSource } from "sluice/testing";
import { describe, expect, test } from "vitest";
import { buildingCodesAgent } from "./agents/building-codes.ts";
import { generalAgent } from "./agents/general.ts";
import { ragAgent } from "./agents/rag.ts";
import { zoningAgent } from "./agents/zoning.ts";
import { agentFor, orchestrate } from "./orchestrator.ts";
import type { Retriever } from "./retriever.ts";

const retriever: Retriever = { search: async () => [] };

describe("which agent answers", () => {
  test.each([
    ["rag", ragAgent],
    ["zoning", zoningAgent],
    [" Zoning ", zoningAgent],
    ["building_codes", buildingCodesAgent],
    ["Building Codes", buildingCodesAgent],
    ["building-codes", buildingCodesAgent],
    ["general", generalAgent],
    ["astrology", generalAgent],
    ["constructor", generalAgent],
    ["__proto__", generalAgent],
    ["", generalAgent],
  ])("%j", (queryType, agent) => {
    expect(agentFor(queryType)).toBe(agent);
  });
});

describe("the orchestrator", () => {
  test("brings the model the agent's instructions, its tools and the question with its context", async () => {
    const source = new ScriptedSource();
    const inquiry = { question: "How tall?", context: "In R1", queryType: "zoning" };
    const steps = orchestrate(inquiry, { retriever, source, signal: new AbortController().signal, log: silentLogger });
    const first = steps.next();
    const call = await source.next();
    const { request } = call;
    expect(request.system).toContain("The question is about zoning");
    expect(request.system).toContain("write its citation");
    expect(request.tools?.map(({ name }) => name)).toEqual(["search_documents", "lot_coverage", "floor_area_ratio"]);
    expect(request.tools?.[0]!.inputSchema).toMatchObject({ type: "object", required: ["query"] });
    const said = JSON.stringify(request.messages);
    expect(said).toContain("How tall?");
    expect(said).toContain("In R1");
    expect(request.modelId).toBeUndefined();
    call.push("9 m.");
    call.end();
    expect(await first).toMatchObject({ done: false });
    await steps.return({} as never);
  });

  test("MODEL_ARN names the model that is asked, but not to a stand-in", async () => {
    const modelArn = "arn:aws:bedrock:us-west-2::foundation-model/x";
    for (const [modelId, asked] of [
      ["anthropic.claude", modelArn],
      ["offline.realestate", undefined],
    ] as const) {
      const scripted = new ScriptedSource();
      const source = { modelId, stream: scripted.stream.bind(scripted) };
      const parts = { retriever, modelArn, source, signal: new AbortController().signal, log: silentLogger };
      const steps = orchestrate({ question: "x", queryType: "rag" }, parts);
      const first = steps.next();
      const call = await scripted.next();
      expect(call.request.modelId).toBe(asked);
      call.push("Yes.");
      call.end();
      await first;
      await steps.return({} as never);
    }
  });

  test("M6: when the signal fires in the middle of an answer, its reason is thrown and the model is left", async () => {
    const source = new ScriptedSource();
    const controller = new AbortController();
    const parts = { retriever, source, signal: controller.signal, log: silentLogger };
    const steps = orchestrate({ question: "x", queryType: "rag" }, parts);
    const first = steps.next();
    const call = await source.next();
    call.push("Yes, ");
    expect((await first).value).toEqual([{ type: "text-delta", text: "Yes, " }]);
    const reason = new SluiceError("cancelled", "enough");
    const rest = (async () => {
      for await (const _event of steps);
    })();
    controller.abort(reason);
    await expect(rest).rejects.toBe(reason);
    await call.stopped;
  });
});
