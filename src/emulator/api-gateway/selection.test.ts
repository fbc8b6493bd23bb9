import { describe, expect, it } from "vitest";
import { readSelection } from "./selection.ts";

/** The key that the expression gives for this message. */
function select(expression: string, message: unknown): string | undefined {
  return readSelection(expression)(typeof message === "string" ? message : JSON.stringify(message));
}

describe("route selection expressions (AWS facts 1.6)", () => {
  it.each([
    ["$request.body.action", { action: "stream" }, "stream"],
    ["${request.body.action}", { action: "stream" }, "stream"],
    ["$request.body.a.b", { a: { b: "deep" } }, "deep"],
    ["${request.body.service}/${request.body.action}", { service: "llm", action: "chat" }, "llm/chat"],
    ["$request.body.service/$request.body.action", { service: "llm", action: "chat" }, "llm/chat"],
    ["${request.body.version}-beta", { version: "v1" }, "v1-beta"],
    ["v1.$request.body.action", { action: "stream" }, "v1.stream"],
    ["\\$default", { action: "stream" }, "$default"],
    ["$request.body.action", { action: "${request.body.other}", other: "twice" }, "${request.body.other}"],
  ])("%s of %j is %s", (expression, message, key) => {
    expect(select(expression, message)).toBe(key);
  });

  it.each([
    ["text that is no JSON", "hello"],
    ["a missing member", { other: 1 }],
    ["an array", [{ action: "stream" }]],
    ["null", "null"],
    ["a text", '"action"'],
    ["a member that is null", { action: null }],
    ["a member that is an object", { action: { name: "stream" } }],
    ["a member that is a list", { action: ["stream"] }],
  ])("%s cannot be evaluated", (_what, message) => {
    expect(select("$request.body.action", message)).toBeUndefined();
  });

  it("one variable that is missing makes the whole expression one that cannot be evaluated", () => {
    expect(select("${request.body.a}/${request.body.b}", { a: "here" })).toBeUndefined();
  });

  it("does not find what every object inherits", () => {
    expect(select("$request.body.constructor.name", { action: "stream" })).toBeUndefined();
  });

  it("numbers and booleans select by their text (not documented)", () => {
    expect(select("$request.body.action", { action: 7 })).toBe("7");
    expect(select("$request.body.action", { action: false })).toBe("false");
  });

  it("refuses variables that are not of the body", () => {
    expect(() => readSelection("$request.header.action")).toThrow(TypeError);
    expect(() => readSelection("${action}")).toThrow(TypeError);
  });
});
