import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTitles } from "./testing/titles-server.ts";

let server: Server;
beforeAll(async () => {
  server = await startTitles();
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(method: "GET" | "PUT", projectId: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${server.url}/titles/projects/${projectId}/cards`, {
    method,
    headers: { "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe("prompt cards (DESIGN section 4, titles)", () => {
  test("a project that nobody has written to has none", async () => {
    expect(await call("GET", "unknown")).toEqual({ status: 200, body: { cards: [] } });
  });

  test("what was put is read again, for that project alone, and replaces what was there", async () => {
    const cards = [
      { name: "Tone", text: "Dry" },
      { name: "Länge", text: "短く 🎉" },
    ];
    expect(await call("PUT", "my%20project", { cards })).toEqual({ status: 200, body: { cards } });
    expect(await call("GET", "my%20project")).toEqual({ status: 200, body: { cards } });
    expect(await call("GET", "other")).toEqual({ status: 200, body: { cards: [] } });
    expect(await call("PUT", "my%20project", { cards: [] })).toEqual({ status: 200, body: { cards: [] } });
    expect(await call("GET", "my%20project")).toEqual({ status: 200, body: { cards: [] } });
  });

  test("fields that a card does not have are not kept", async () => {
    await call("PUT", "extra", { cards: [{ name: "Tone", text: "Dry", colour: "red" }], more: 1 });
    expect((await call("GET", "extra")).body).toEqual({ cards: [{ name: "Tone", text: "Dry" }] });
  });

  const card = { name: "Tone", text: "Dry" };
  test.each([
    ["no cards", {}],
    ["cards that are no list", { cards: "Tone" }],
    ["a card without text", { cards: [{ name: "Tone" }] }],
    ["a card without name", { cards: [{ name: "", text: "Dry" }] }],
    ["51 cards", { cards: Array.from({ length: 51 }, () => card) }],
    ["a name of 201 characters", { cards: [{ ...card, name: "n".repeat(201) }] }],
    ["a text of 10,001 characters", { cards: [{ ...card, text: "t".repeat(10_001) }] }],
    [
      "more than 100,000 characters in all",
      { cards: Array.from({ length: 11 }, () => ({ ...card, text: "t".repeat(9_999) })) },
    ],
  ])("law 11: %s is bad_request, in the app's dialect, and leaves the cards as they are", async (_what, body) => {
    await call("PUT", "kept", { cards: [card] });
    const answer = await call("PUT", "kept", body);
    expect(answer).toEqual({ status: 400, body: { type: "error", code: "bad_request", message: expect.any(String) } });
    expect((await call("GET", "kept")).body).toEqual({ cards: [card] });
  });

  test("law 11: a project id of 129 characters is bad_request, one of 128 is not", async () => {
    expect((await call("GET", "p".repeat(129))).status).toBe(400);
    expect((await call("GET", "p".repeat(128))).status).toBe(200);
  });
});
