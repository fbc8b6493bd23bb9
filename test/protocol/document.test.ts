import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode, type JsonObject } from "sluice/protocol";
import { defaultLimits } from "../../src/limits.ts";
import { examples, sectionText, sections, tableOf } from "./support/document.ts";
import { fits, mustFit } from "./support/schemas.ts";
import { vectorFiles } from "./support/vector.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ROOMS = ["src", "apps", "test", "console"];
const CITATION = /PROTOCOL\.md,? sections? (\d+(?:\.\d+)*(?:(?:, | and | or )\d+(?:\.\d+)*)*)/g;

/** What a route takes is its own affair, and so is which cursors a list has given. */
const BEYOND_THE_SCHEMA = ["5.2", "5.5", "13.2", "13.3", "13.4", "13.5"];

const ID = "dZ0mS7TtJ1y2c3Rr8hQx4A";
const TIME = "2026-11-21T08:30:00.000Z";

describe("PROTOCOL.md", () => {
  it("section 9.1 has the table of errors, as the code has it", () => {
    const rows = tableOf("9.1").map(([code, status, close, retry]) => [
      code,
      { status: Number(status), close: Number(close), retry: { yes: true, no: false }[retry!] },
    ]);
    expect(Object.fromEntries(rows)).toEqual(ERRORS);
    expect(rows.map(([code]) => code)).toEqual(Object.keys(ERRORS));
  });

  it("section 9.2 splits the close codes in halves, and the table keeps to them", () => {
    const codes = Object.keys(ERRORS) as ErrorCode[];
    const ours = codes.filter((code) => ERRORS[code].close >= 4000);
    expect(ours.filter((code) => ERRORS[code].close < 4500 !== ERRORS[code].retry)).toEqual([]);
    const named = tableOf("9.2").map(([code]) => code);
    const registered = codes.map((code) => ERRORS[code].close).filter((close) => close < 4000);
    expect(named).toEqual(expect.arrayContaining(registered.map(String)));
    expect(named).toEqual(expect.arrayContaining(["1012", "4008", "4000 to 4499", "4500 to 4999"]));
  });

  it("section 12 has limits as the code has them", () => {
    const told = tableOf("12").map(([name, value]) => [name!, Number(value)] as const);
    const real = told.map(([name]) => [name, defaultLimits[name as keyof typeof defaultLimits]]);
    expect(told.length).toBeGreaterThan(10);
    expect(told).toEqual(real);
  });

  it("section 1 has all eleven laws, by number", () => {
    const numbers = Array.from(sectionText("1").matchAll(/^(\d+)\. \*\*/gm), ([, number]) => Number(number));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("has every section that is cited", () => {
    const cited = ROOMS.flatMap((room) => citationsIn(join(ROOT, room)));
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter(({ section }) => !sections.has(section))).toEqual([]);
  });

  it.each(examples)("gives an example that fits its schema: $line", ({ line, app }) => {
    const value = JSON.parse(line) as JsonObject;
    expect(JSON.stringify(value)).toBe(line);
    mustFit(schemaOf(value, app), value);
  });
});

describe("the vectors", () => {
  it.each(Array.from(vectorFiles()))("of %s fit their schema, and prove sections that there are", (_name, vectors) => {
    mustFit("vector.json", vectors);
    expect(vectors.map(({ section }) => section).filter((section) => !sections.has(section))).toEqual([]);
  });

  it("send messages that fit the schema of messages exactly where the server takes them for messages", () => {
    const wrong = Array.from(vectorFiles().values())
      .flat()
      .flatMap(({ name, section, steps }) =>
        steps.flatMap(({ send }, index) => {
          const message = messageOf(send);
          if (message === undefined) return [];
          const frame = steps[index + 1]?.frames?.[0];
          const code = frame?.["code"] ?? (frame?.["error"] as JsonObject | undefined)?.["code"];
          const refused = code === "bad_request";
          if (refused ? BEYOND_THE_SCHEMA.includes(section) : code !== undefined) return [];
          return fits("client-message.json", message) === refused ? [`${name}: ${JSON.stringify(message)}`] : [];
        }),
      );
    expect(wrong).toEqual([]);
  });
});

describe("the schemas", () => {
  it("of errors has the table, and no more", () => {
    mustFit("error-table.json", ERRORS);
    for (const code of Object.keys(ERRORS)) mustFit("error-table.json#/$defs/code", code);
    const { bad_request: _without, ...rest } = ERRORS;
    expect(fits("error-table.json", rest)).toBe(false);
    expect(fits("error-table.json", { ...ERRORS, bad_request: { ...ERRORS.bad_request, retry: true } })).toBe(false);
    expect(fits("error-table.json", { ...ERRORS, other: ERRORS.internal })).toBe(false);
    expect(fits("error-table.json#/$defs/code", "other")).toBe(false);
  });

  it.each([
    ["event.json", { type: "text-delta" }],
    ["event.json", { type: "tool-result", id: "t1" }],
    ["event.json", { type: "status", text: "Nearly.", progress: 90 }],
    ["event.json", { type: "error", code: "broken", message: "Hm.", retryable: false }],
    ["common-frame.json", { type: "start", streamId: ID, offset: "1-1" }],
    ["common-frame.json", { type: "ended", streamId: ID, state: "running" }],
    ["common-frame.json", { type: "pong", offset: "1-1" }],
    ["native-frame.json", { type: "events", streamId: ID, first: "1-1", offset: "1-1", at: 1, events: [] }],
    ["native-frame.json", { type: "error", code: "internal", message: "Hm.", retryable: true, offset: "1-1" }],
    ["titles-frame.json", { type: "stream_chunk", content: "A", sessionId: "p1" }],
    ["titles-frame.json", { type: "stream_chunk", content: "A", sessionId: "p1", streamId: "short", offset: "1-1" }],
    ["titles-frame.json", { type: "stream_chunk", content: "A", sessionId: "p1", streamId: ID, offset: "01-1" }],
    ["titles-frame.json", { type: "progress", step: "A", progress: 0.1, streamId: ID, offset: "1-1" }],
    ["stream-report.json", { streamId: ID, route: "r", state: "complete", offset: "1-1", createdAt: TIME }],
    ["stream-report.json", { streamId: ID, route: "r", state: "error", offset: "1-1", createdAt: TIME, endedAt: TIME }],
    ["poll-answer.json", { frames: [{ type: "pong" }], offset: "", state: "running" }],
    ["stream-list.json", { items: [{ streamId: ID }] }],
    ["delivery-report.json", { shown: "2" }],
    ["delivery-report.json", { firstShownMs: -1 }],
    ["delivery-report.json", { gaps: [1.5] }],
  ])("of %s refuses %j", (schema, value) => {
    expect(fits(schema, value)).toBe(false);
  });

  it("of events leaves room for those of a later release", () => {
    mustFit("event.json", { type: "hologram", data: 1 });
  });
});

/** The schema that an example of PROTOCOL.md has to fit. */
function schemaOf(value: JsonObject, app: string): string {
  if ("action" in value) return "client-message.json";
  if ("events" in value || "retryable" in value) return "native-frame.json";
  if ("type" in value) return `${app}-frame.json`;
  if ("frames" in value) return "poll-answer.json";
  if ("shown" in value) return "delivery-report.json";
  if ("cards" in value) return "titles-frame.json#/$defs/cards";
  return "route" in value ? "stream-report.json" : "accepted.json";
}

function messageOf(send: string | JsonObject | undefined): unknown {
  if (send === undefined) return undefined;
  if (typeof send === "object") return "repeat" in send || "binary" in send ? undefined : filled(send);
  try {
    return JSON.parse(send);
  } catch {
    return undefined;
  }
}

function filled(message: JsonObject): unknown {
  return JSON.parse(JSON.stringify(message).replace(/\$streamId\d*/g, ID));
}

function citationsIn(folder: string): { file: string; section: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.(ts|tsx|json)$/.test(name) && !/(^|\/)node_modules\//.test(name),
  );
  return files.flatMap((file) =>
    Array.from(readFileSync(join(folder, file), "utf8").matchAll(CITATION), ([, list]) =>
      list!.split(/, | and | or /).map((section) => ({ file, section })),
    ).flat(),
  );
}
