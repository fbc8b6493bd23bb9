import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CelEngine, TemplateFile } from "@aws/cloudformation-validate";
import { afterAll, describe, expect, test } from "vitest";
import { gatewayStack } from "./template.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-validation-"));
const engine = new CelEngine();

afterAll(() => {
  engine.free();
  rmSync(folder, { recursive: true, force: true });
});

/** What AWS's own schemas and rules say against a template, without what is known. */
function complaints(path: string, known: readonly string[]): string[] {
  const { diagnostics } = engine.validateStandard(new TemplateFile(path), { severityLevel: "WARN" });
  return diagnostics
    .map(({ ruleId, message }) => `${ruleId} ${message}`)
    .filter((line) => !known.some((start) => line.startsWith(start)));
}

describe("AWS's own validator", () => {
  test("has nothing against the CDK template but dependencies that CDK says twice", () => {
    const path = join(folder, "template.json");
    writeFileSync(path, JSON.stringify(gatewayStack("titles").template.toJSON()));
    expect(complaints(path, ["W3005"])).toEqual([]);
  });

  test("has nothing against the SAM template but the URL that SAM will make", () => {
    const known = ["F6101 GetAtt 'HttpFunctionUrl.FunctionUrl'"];
    expect(complaints(join(import.meta.dirname, "../sam/template.yaml"), known)).toEqual([]);
  });

  test("would see a property that does not exist", () => {
    const path = join(folder, "wrong.json");
    const Properties = { ProtocolType: "WEBSOCKET", Name: "a", Nonsense: true };
    writeFileSync(path, JSON.stringify({ Resources: { Api: { Type: "AWS::ApiGatewayV2::Api", Properties } } }));
    expect(complaints(path, []).join()).toContain("Nonsense");
  });
});
