import type { JsonObject } from "sluice";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type PredictionsServer, startPredictions } from "./testing/predictions-server.ts";
import { A_PREDICTION } from "./testing/a-prediction.ts";

let server: PredictionsServer;
beforeEach(async () => {
  server = await startPredictions();
});
afterEach(() => server[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly body: JsonObject & { readonly items?: readonly JsonObject[] };
}

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/predictions/calls${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Answer["body"] };
}

describe("saved calls", () => {
  test("a prediction is saved, listed and deleted", async () => {
    const saved = await ask("POST", "", A_PREDICTION);
    expect(saved.status).toBe(201);
    expect(saved.body).toEqual({ ...A_PREDICTION, id: expect.any(String), createdAt: expect.stringMatching(/Z$/) });
    expect(await ask("GET", "")).toEqual({ status: 200, body: { items: [saved.body] } });
    expect(await ask("DELETE", `/${String(saved.body["id"])}`)).toEqual({ status: 204, body: {} });
    expect(await ask("GET", "")).toEqual({ status: 200, body: { items: [] } });
  });

  test("the list comes in pages, newest first, each call once", async () => {
    const ids: unknown[] = [];
    for (let index = 0; index < 51; index += 1) ids.push((await ask("POST", "", A_PREDICTION)).body["id"]);
    const first = await ask("GET", "");
    expect(first.body.items).toHaveLength(50);
    const second = await ask("GET", `?cursor=${encodeURIComponent(String(first.body["nextCursor"]))}`);
    expect(second.body.items).toHaveLength(1);
    expect(second.body["nextCursor"]).toBeUndefined();
    const listed = [...first.body.items!, ...second.body.items!].map(({ id }) => id);
    expect(new Set(listed)).toEqual(new Set(ids));
    const times = [...first.body.items!, ...second.body.items!].map(({ createdAt }) => String(createdAt));
    expect(times).toEqual(times.toSorted().reverse());
  });

  test("what is not there cannot be deleted", async () => {
    const answer = await ask("DELETE", "/nothing");
    expect(answer).toEqual({ status: 404, body: { type: "error", code: "not_found", message: expect.any(String) } });
  });

  test.each([
    ["no prediction", {}],
    ["another status", { ...A_PREDICTION, initial_status: "done" }],
    ["a date that there is none of", { ...A_PREDICTION, verification_date: "2025-02-30T00:00:00Z" }],
    ["a date with an offset", { ...A_PREDICTION, verification_date: "2025-02-03T00:00:00+01:00" }],
    ["no sources", { ...A_PREDICTION, verification_method: { source: [], criteria: ["b"], steps: ["c"] } }],
    ["an empty statement", { ...A_PREDICTION, prediction_statement: " " }],
  ])("law 11: %s is bad_request, and nothing is stored", async (_what, body) => {
    const answer = await ask("POST", "", body);
    expect(answer).toMatchObject({ status: 400, body: { type: "error", code: "bad_request" } });
    expect((await ask("GET", "")).body.items).toEqual([]);
  });

  test("law 11: a cursor that no list gave is bad_request", async () => {
    expect(await ask("GET", "?cursor=nonsense")).toMatchObject({ status: 400, body: { code: "bad_request" } });
  });

  test("an id and a time of the client's own count for nothing", async () => {
    const saved = await ask("POST", "", { ...A_PREDICTION, id: "mine", createdAt: "never" });
    expect(saved.body["id"]).not.toBe("mine");
    expect(saved.body["createdAt"]).not.toBe("never");
  });
});
