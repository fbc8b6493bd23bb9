import { describe, expect, it } from "vitest";
import { allows, matches } from "./policy.ts";

const ARN = "arn:aws:execute-api:us-east-1:123456789012:emulated01/titles/$connect";
const API = "arn:aws:execute-api:us-east-1:123456789012:emulated01";

function statement(effect: string, resource: unknown, action: unknown = "execute-api:Invoke"): object {
  return { Effect: effect, Action: action, Resource: resource };
}

function policy(...statements: readonly object[]): object {
  return { Version: "2012-10-17", Statement: statements };
}

describe("policy of an authorizer (AWS facts 1.5)", () => {
  it.each([
    ["the ARN itself", ARN],
    ["a star for everything", "*"],
    ["a star behind the stage", `${API}/titles/*`],
    ["a star for the stage", `${API}/*/$connect`],
    ["a question mark for one character", `${API}/title?/$connect`],
    ["one of several", [`${API}/other/*`, ARN]],
  ])("allows by %s", (_what, resource) => {
    expect(allows(policy(statement("Allow", resource)), ARN)).toBe(true);
  });

  it.each([
    ["stage/*/*, which REST APIs would match", `${API}/titles/*/*`],
    ["another stage", `${API}/images/*`],
    ["a question mark too many", `${API}/titles?/$connect`],
    ["a beginning without a star", `${API}/titles`],
  ])("does not allow by %s", (_what, resource) => {
    expect(allows(policy(statement("Allow", resource)), ARN)).toBe(false);
  });

  it("an explicit Deny wins, wherever it stands", () => {
    expect(allows(policy(statement("Deny", `${API}/titles/*`), statement("Allow", "*")), ARN)).toBe(false);
    expect(allows(policy(statement("Allow", "*"), statement("Deny", ARN)), ARN)).toBe(false);
    expect(allows(policy(statement("Allow", "*"), statement("Deny", `${API}/images/*`)), ARN)).toBe(true);
  });

  it("without a statement that allows it is denied", () => {
    expect(allows(policy(), ARN)).toBe(false);
  });

  it("takes one statement without a list, actions in any case, with wildcards and in lists", () => {
    expect(allows({ Version: "2012-10-17", Statement: statement("Allow", ARN) }, ARN)).toBe(true);
    expect(allows(policy(statement("Allow", ARN, "EXECUTE-API:invoke")), ARN)).toBe(true);
    expect(allows(policy(statement("Allow", ARN, ["s3:GetObject", "execute-api:*"])), ARN)).toBe(true);
    expect(allows(policy(statement("Allow", ARN, "s3:GetObject")), ARN)).toBe(false);
  });

  it("a statement with a condition never allows and always denies, since conditions are not read", () => {
    const condition = { Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1" } } };
    expect(allows(policy({ ...statement("Allow", "*"), ...condition }), ARN)).toBe(false);
    expect(allows(policy(statement("Allow", "*"), { ...statement("Deny", "x"), ...condition }), ARN)).toBe(false);
  });

  it.each([
    undefined,
    "Allow",
    { Statement: ["Allow"] },
    {},
    policy(statement("allow", ARN)),
    policy({ Effect: "Allow", Action: "*" }),
    policy(statement("Allow", 7)),
  ])("throws at %j, which is no policy", (document) => {
    expect(() => allows(document, ARN)).toThrow(TypeError);
  });
});

describe("wildcards", () => {
  it.each([
    ["a*c", "abbbc", true],
    ["a*c", "abbbd", false],
    ["*b*b", "abab", true],
    ["a**", "a", true],
    ["", "", true],
    ["", "a", false],
    ["a?", "a", false],
    ["*?", "", false],
  ])("%j matches %j: %s", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("many stars do not take many times as long", () => {
    const steps = 20_000;
    expect(matches(`${"*a".repeat(50)}b`, "a".repeat(steps))).toBe(false);
  });
});
