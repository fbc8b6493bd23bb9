import type { Event, JsonObject } from "sluice";
import { createClient } from "sluice/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { realestate } from "./index.ts";
import { type RealestateLab, eventsIn, shownBy, startRealestate } from "./testing/realestate-server.ts";

let lab: RealestateLab;
beforeAll(async () => {
  lab = await startRealestate();
});
afterAll(() => lab[Symbol.asyncDispose]());

/** The first message of the seed. */
const SEED = {
  question: "What are the zoning requirements for residential development?",
  context: "Looking at a property in Capitol Hill area",
  query_type: "zoning",
};

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  start: ["type", "streamId", "offset"],
  status: ["type", "message", "timestamp", "streamId", "offset"],
  delta: ["type", "content", "streamId", "offset"],
  message: ["type", "role", "content", "timestamp", "streamId", "offset"],
  result: ["type", "data", "timestamp", "streamId", "offset"],
};

/** Asserts the whole exchange of seed 003, and gives the result's data. */
function checkExchange(frames: readonly JsonObject[]): JsonObject {
  for (const frame of frames) expect(Object.keys(frame)).toEqual(SHAPES[String(frame["type"])]);
  const types = frames.map(({ type }) => type);
  expect(types.slice(0, 3)).toEqual(["start", "status", "delta"]);
  expect(types.slice(2, -2).every((type) => type === "delta")).toBe(true);
  expect(types.slice(-2)).toEqual(["message", "result"]);
  expect(frames[1]).toMatchObject({ message: "Processing your query..." });
  const text = shownBy(frames);
  expect(frames.at(-2)).toMatchObject({ role: "assistant", content: text });
  const times = frames.flatMap(({ timestamp }) => (timestamp === undefined ? [] : Number(timestamp)));
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(Math.abs(times[0]! - Date.now() / 1000)).toBeLessThan(60);
  const data = frames.at(-1)!["data"] as JsonObject;
  expect(data["content"]).toBe(text);
  return data;
}

describe("realestate, from the wire to the emulated Bedrock and back (seed 003)", () => {
  test("WebSocket: start, status, deltas, message, result, and nothing else", async () => {
    const data = checkExchange(await lab.converse({ action: "invoke", ...SEED }, "result", "error"));
    expect(data).toEqual({
      success: true,
      content: expect.stringContaining("[residential-zones.md § Quillhaven sample code: residential zones]"),
      agent: "rag",
      query_type: "zoning",
      tools_available: 5,
      tools_used: 1,
    });
  });

  test("the seed's second question goes to the agent for building codes", async () => {
    const message = {
      action: "invoke",
      question: "What are the building codes for commercial properties?",
      context: "Planning a restaurant in downtown Seattle",
      query_type: "building_codes",
    };
    const data = checkExchange(await lab.converse(message, "result", "error"));
    expect(data).toMatchObject({ agent: "rag", query_type: "building_codes", tools_available: 5, tools_used: 1 });
    expect(data["content"]).toMatch(/\[[a-z-]+\.md § [^\]]+\]/);
  });

  test("SSE: the same objects, each under its offset", async () => {
    const response = await lab.post(SEED, { Accept: "text/event-stream" });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const events = eventsIn(await response.text());
    expect(events.map(({ id }) => id)).toEqual(events.map(({ frame }) => frame["offset"]));
    expect(checkExchange(events.map(({ frame }) => frame))).toMatchObject({ agent: "rag", tools_used: 1 });
  });

  test("REST: one result object", async () => {
    const response = await lab.post(SEED);
    expect(response.status).toBe(200);
    const body = (await response.json()) as JsonObject;
    expect(Object.keys(body)).toEqual(SHAPES["result"]);
    expect(body).toMatchObject({
      type: "result",
      data: { success: true, agent: "rag", query_type: "zoning", tools_available: 5, tools_used: 1 },
    });
  });

  test("query_type is general where none is given, and an unknown one is answered by the general agent, named as it was asked", async () => {
    const question = "How many bicycle stands does a restaurant need?";
    for (const [given, told] of [
      [{}, "general"],
      [{ query_type: null }, "general"],
      [{ query_type: "  " }, "general"],
      [{ query_type: "astrology" }, "astrology"],
    ] as const) {
      const body = (await (await lab.post({ question, ...given })).json()) as { data: JsonObject };
      expect(body.data).toMatchObject({ agent: "general", query_type: told, tools_available: 7, tools_used: 1 });
      expect(body.data["content"]).toContain("[parking.md § Bicycles]");
    }
  });

  test("the native dialect shows the tool calls, their results and the citations", async () => {
    const client = createClient<ReturnType<typeof realestate>>({ url: lab.url });
    const run = client.run("invoke", SEED);
    const events: Event[] = [];
    for await (const event of run) events.push(event);
    client.close();
    const call = events.find((event) => event.type === "tool-call")!;
    expect(call).toMatchObject({
      name: "search_documents",
      input: { query: "zoning requirements residential development" },
    });
    const result = events.find((event) => event.type === "tool-result")!;
    expect(result).toMatchObject({ id: call.id });
    const { passages } = result.output as { passages: readonly JsonObject[] };
    expect(passages[0]).toMatchObject({
      file: "residential-zones.md",
      citation: expect.stringMatching(/^\[.* § .*\]$/),
    });
    expect(events.indexOf(call)).toBeLessThan(events.indexOf(result));
    const citations = events.find((event) => event.type === "data")!;
    expect(citations).toMatchObject({ name: "citations" });
    const cited = citations.value as readonly { file: string; heading: string }[];
    expect(cited.length).toBeGreaterThan(1);
    for (const { file, heading } of cited) {
      expect(run.text).toContain(`[${file} § ${heading}]`);
      expect(passages).toContainEqual(expect.objectContaining({ file, heading }));
    }
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(2);
    expect(await run.result).toEqual({ agent: "rag", query_type: "zoning", tools_available: 5, tools_used: 1 });
    const complete = events.at(-1)!;
    expect(complete).toMatchObject({ type: "complete", text: run.text });
  });

  test("a question with figures is searched and reckoned: two tools are used, each counted once", async () => {
    const question = "May a house of 260 m² stand on a lot of 600 m² in R1, by the rule for lot coverage?";
    const body = (await (await lab.post({ question, query_type: "zoning" })).json()) as { data: JsonObject };
    expect(body.data).toMatchObject({ tools_available: 5, tools_used: 2 });
    expect(body.data["content"]).toContain("43.33 percent of the lot, which is above the limit of 40 percent.");
    expect(body.data["content"]).toContain("[residential-zones.md § Lot coverage]");
  });

  test("where the documents say nothing, so does the answer, and it cites nothing", async () => {
    const body = (await (await lab.post({ question: "How many moons does Jupiter have?" })).json()) as {
      data: JsonObject;
    };
    expect(body.data["content"]).toMatch(/^I found nothing about “moons Jupiter” in the documents\./);
    expect(body.data["content"]).not.toContain("[");
    expect(body.data).toMatchObject({ success: true, tools_used: 1 });
  });

  test("a resume gives the same frames with the same timestamps (D1)", async () => {
    const frames = await lab.converse({ action: "invoke", ...SEED }, "result", "error");
    const again = await lab.converse({ action: "resume", streamId: frames[0]!["streamId"] }, "result", "error");
    expect(checkExchange(again)).toEqual(checkExchange(frames));
    const timed = (all: readonly JsonObject[]): JsonObject[] => all.filter(({ timestamp }) => timestamp !== undefined);
    expect(timed(again)).toEqual(timed(frames));
  });
});

describe("what is no question (law 11)", () => {
  test("$default: an unrecognized action is rejected in this dialect", async () => {
    for (const action of ["ask", "$default", "$connect"]) {
      const frames = await lab.converse({ action, question: "x" }, "error");
      expect(frames).toEqual([
        { type: "error", error: expect.any(String), code: "unknown_action", timestamp: expect.any(Number) },
      ]);
    }
  });

  test("malformed messages are rejected, and the connection stays usable", async () => {
    for (const message of ["{", "[]", '"x"', "{}"]) {
      const [frame] = await lab.converse(message, "error");
      expect(frame).toMatchObject({ type: "error", code: "bad_request", error: expect.any(String) });
    }
  });

  test.each<[string, JsonObject]>([
    ["no question", {}],
    ["an empty question", { question: "" }],
    ["a blank question", { question: " \n\t" }],
    ["a question that is no text", { question: 7 }],
    ["a question of 8,001 characters", { question: "x".repeat(8001) }],
    ["a context of 100,001 characters", { question: "x", context: "x".repeat(100_001) }],
    ["a context that is no text", { question: "x", context: {} }],
    ["a query type that is no text", { question: "x", query_type: 1 }],
    ["a query type of 65 characters", { question: "x", query_type: "x".repeat(65) }],
  ])("%s is bad_request; nothing is stored, nothing goes upstream", async (_what, body) => {
    const calls = lab.emulator.calls.length;
    const headers = { "Sluice-Session": "bad-input" };
    const response = await lab.post(body, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      type: "error",
      error: expect.stringMatching(/^(question|context|query_type): /),
      code: "bad_request",
      timestamp: expect.any(Number),
    });
    const list = (await (await fetch(`${lab.url}/streams`, { headers })).json()) as { items: unknown[] };
    expect(list.items).toEqual([]);
    expect(lab.emulator.calls.length).toBe(calls);
  });
});
