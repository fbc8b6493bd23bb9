import { describe, expect, test } from "vitest";
import { toFailure } from "./failure.ts";

function named(name: string, message: string, fields?: object): Error {
  return Object.assign(new Error(message), { name }, fields);
}

describe("M7: what the SDK throws gets a code", () => {
  test("a page of a proxy in place of an answer is upstream_error with its status, not a broken stream", () => {
    const page = named("SyntaxError", "Unexpected token '<'", { $response: {}, $metadata: { httpStatusCode: 502 } });
    expect(toFailure(page, false)).toMatchObject({
      error: { code: "upstream_error", message: "The model provider answered with status 502." },
      retry: true,
    });
  });

  test("M2: what breaks once the headers are here is a broken stream", () => {
    const broken = new Error("Truncated event message received.");
    expect(toFailure(broken, true).error.code).toBe("upstream_truncated");
    const first = Object.assign(broken, { $response: {}, $metadata: { httpStatusCode: 200 } });
    expect(toFailure(first, false).error.code).toBe("upstream_truncated");
  });

  test("a network error's text is not shown", () => {
    const { error, retry } = toFailure(
      named("Error", "connect ECONNREFUSED 10.1.2.3:443", { code: "ECONNREFUSED" }),
      false,
    );
    expect(error).toMatchObject({ code: "upstream_error", message: "The model could not be reached." });
    expect(retry).toBe(true);
  });

  test("an error that the provider names in the stream is told, whatever its name", () => {
    const { error } = toFailure(named("InternalFailure", "It broke."), true);
    expect(error).toMatchObject({ code: "upstream_error", message: "It broke." });
  });

  test("neither the SDK's hints nor request ids are shown, and long messages are cut", () => {
    const hint =
      "\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
    const shown = (message: string): string => toFailure(named("ModelErrorException", message), true).error.message;
    expect(shown(`It broke.${hint}`)).toBe("It broke.");
    expect(shown("It broke. (Service: BedrockRuntime, Status Code: 424, Request ID: 1-2)")).toBe("It broke.");
    expect(shown(`{"message":"It broke.","requestId":"1-2"}${hint}`)).toBe("It broke.");
    expect(shown("{broken")).toBe("The model failed.");
    expect(shown("UnknownError")).toBe("The model failed.");
    expect(shown("x".repeat(10_000))).toHaveLength(500);
  });

  test("missing or refused credentials are told without naming any", () => {
    for (const name of ["CredentialsProviderError", "ExpiredTokenException", "UnrecognizedClientException"]) {
      const { error, retry } = toFailure(named(name, "arn:aws:iam::123456789012:user/x", { $fault: "client" }), false);
      expect(error.code).toBe("upstream_error");
      expect(error.message).not.toContain("arn");
      expect(retry).toBe(false);
    }
  });
});
