import { describe, expect, test } from "vitest";
import { DamagedStream } from "./event-stream.ts";
import { ProviderError, toFailure } from "./failure.ts";

function named(name: string, message: string, fields?: object): Error {
  return Object.assign(new Error(message), { name }, fields);
}

describe("M7: what goes wrong gets a code", () => {
  test("a page of a proxy in place of an answer is upstream_error with its status, not a broken stream", () => {
    const page = named("SyntaxError", "Unexpected token '<'", { $response: {}, $metadata: { httpStatusCode: 502 } });
    expect(toFailure(page, false)).toMatchObject({
      error: { code: "upstream_error", message: "The model provider answered with status 502." },
      retry: true,
    });
  });

  test("M2: what breaks once the headers are here is a broken stream", () => {
    const broken = new Error("The stream ended inside a message.");
    expect(toFailure(broken, true)).toMatchObject({ error: { code: "upstream_truncated" }, retry: true, broken: true });
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
    for (const name of ["InternalFailure", "InternalError", "530"]) {
      const { error } = toFailure(new ProviderError(name, "It broke."), true);
      expect(error).toMatchObject({ code: "upstream_error", message: "It broke." });
    }
  });

  test("bytes that were damaged are upstream_error, worth another try", () => {
    expect(toFailure(new DamagedStream("A message does not match its checksum."), true)).toMatchObject({
      error: { code: "upstream_error", message: "The model's answer was damaged on its way." },
      retry: true,
    });
  });

  test("M2: what the request handler names by itself in the stream is a broken one", () => {
    for (const name of ["AbortError", "TimeoutError"]) {
      expect(toFailure(named(name, "It broke."), true).error.code).toBe("upstream_truncated");
    }
    expect(toFailure(named("ResetError", "It broke.", { code: "ECONNRESET" }), true).error.code).toBe(
      "upstream_truncated",
    );
  });

  test("neither the SDK's hints nor request ids are shown, and long messages are cut", () => {
    const hint =
      "\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";
    const shown = (message: string): string =>
      toFailure(named("ModelErrorException", message, { $fault: "client" }), false).error.message;
    expect(shown(`It broke.${hint}`)).toBe("It broke.");
    expect(shown("It broke. (Service: BedrockRuntime, Status Code: 424, Request ID: 1-2)")).toBe("It broke.");
    expect(shown(`{"message":"It broke.","requestId":"1-2"}${hint}`)).toBe("It broke.");
    expect(shown("{broken")).toBe("The model failed.");
    expect(shown("UnknownError")).toBe("The model failed.");
    expect(shown("x".repeat(10_000))).toHaveLength(500);
  });

  test("missing or refused credentials are told without naming any", () => {
    const names = [
      "CredentialsProviderError",
      "ExpiredTokenException",
      "UnrecognizedClientException",
      "accessDeniedException",
    ];
    for (const name of names) {
      const { error, retry } = toFailure(named(name, "arn:aws:iam::123456789012:user/x", { $fault: "client" }), false);
      expect(error.code).toBe("upstream_error");
      expect(error.message).not.toContain("arn");
      expect(retry).toBe(false);
    }
  });
});
