import { describe, expect, it } from "vitest";
import { SettingError, readEnvironment, readFunctionEnvironment } from "../environment.ts";

describe("the environment of Lambda functions", () => {
  it("has defaults for all but the table", () => {
    expect(readFunctionEnvironment({})).toEqual({
      uploads: undefined,
      worker: "worker",
      callbackUrl: undefined,
      originSecret: undefined,
      coalesceMs: 100,
    });
    expect(readEnvironment({ SLUICE_STORE: "dynamodb:streams" }).store).toEqual({ kind: "dynamodb", table: "streams" });
  });

  it("is read as it is set", () => {
    expect(
      readFunctionEnvironment({
        SLUICE_BLOBS: "s3:uploads",
        SLUICE_WORKER: "arn:aws:lambda:eu-west-1:111122223333:function:w",
        SLUICE_CALLBACK_URL: "https://ws.example.com/{stage}",
        SLUICE_ORIGIN_SECRET: "s",
        SLUICE_COALESCE_MS: "0",
      }),
    ).toEqual({
      uploads: "uploads",
      worker: "arn:aws:lambda:eu-west-1:111122223333:function:w",
      callbackUrl: "https://ws.example.com/{stage}",
      originSecret: "s",
      coalesceMs: 0,
    });
  });

  it.each([
    { SLUICE_BLOBS: "disk:/tmp" },
    { SLUICE_BLOBS: "s3:" },
    { SLUICE_COALESCE_MS: "-1" },
    { SLUICE_COALESCE_MS: "5001" },
  ])("%j is one sentence that says what to do", (environment) => {
    expect(() => readFunctionEnvironment(environment)).toThrow(SettingError);
  });
});
