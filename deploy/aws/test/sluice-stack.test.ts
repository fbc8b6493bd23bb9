import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configJson } from "../lib/config-json.ts";
import { type FunctionCode, codeIn } from "../lib/function-code.ts";
import { APPS, type AppName } from "../lib/repository.ts";
import { readSettings } from "../lib/settings.ts";
import { SluiceStack } from "../lib/sluice-stack.ts";
import { FIXTURES, type Resource, actionsOf, allowed, ofType, only } from "./template.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-synth-"));

const CODE = join(FIXTURES, "code");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stackOf(context: Readonly<Record<string, string>>, name: string): Template {
  const app = new App({ outdir: join(folder, name) });
  const stack = new SluiceStack(app, "Sluice", {
    settings: readSettings((setting) => context[setting]),
    code: Object.fromEntries(APPS.map((app) => [app, codeIn(CODE)])) as Record<AppName, FunctionCode>,
    pages: join(FIXTURES, "pages"),
  });
  app.synth();
  return Template.fromStack(stack);
}

describe("the five systems", () => {
  let template: Template;
  let resources: Record<string, Resource>;

  beforeAll(() => {
    template = stackOf(
      { jwksUrl: "https://id.example/keys", knowledgeBaseId: "KB12345678", llmModels: "a.b-v1:0" },
      "five",
    );
    resources = template.toJSON()["Resources"];
  });

  test("are five WebSocket APIs, each with one stage of its own name, on one table and one uploads bucket", () => {
    const stages = Object.values(ofType(resources, "AWS::ApiGatewayV2::Stage"));
    expect(stages.map(({ Properties }) => Properties.StageName)).toEqual([...APPS]);
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 1);
    template.resourceCountIs("AWS::S3::Bucket", 2);
    expect(Object.keys(resources).length).toBeLessThan(500);
  });

  test("have the model, and realestate alone may ask the knowledge base", () => {
    for (const app of APPS) {
      const { Variables } = only(resources, "AWS::Lambda::Function", `${app}Worker`).Properties.Environment;
      expect(Variables).toMatchObject({
        SLUICE_MODEL: expect.stringMatching(/^bedrock:/),
        SLUICE_LLM_MODELS: "a.b-v1:0",
        KNOWLEDGE_BASE_ID: "KB12345678",
      });
      const mayAsk = actionsOf(allowed(resources, `${app}WorkerRole`), "bedrock").includes("bedrock:Retrieve");
      expect(mayAsk).toBe(app === "realestate");
    }
  });

  test("their HTTP is behind CloudFront at /{app}/*: every method, nothing cached, nothing compressed", () => {
    const { CacheBehaviors } = only(resources, "AWS::CloudFront::Distribution").Properties.DistributionConfig;
    expect(CacheBehaviors.map(({ PathPattern }: { PathPattern: string }) => PathPattern)).toEqual(
      APPS.map((app) => `/${app}/*`),
    );
    for (const behaviour of CacheBehaviors) {
      expect(behaviour.AllowedMethods.toSorted()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
      expect(behaviour).toMatchObject({
        // The managed policies CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
        Compress: false,
        ViewerProtocolPolicy: "https-only",
      });
    }
  });

  test("CloudFront shows the functions the secret that they ask for, and the host that the browser asked for", () => {
    const { Origins } = only(resources, "AWS::CloudFront::Distribution").Properties.DistributionConfig;
    const http = Origins.filter((origin: object) => "CustomOriginConfig" in origin);
    expect(http).toHaveLength(APPS.length);
    const secret = only(resources, "AWS::Lambda::Function", "titlesHttp").Properties.Environment.Variables
      .SLUICE_ORIGIN_SECRET;
    expect(JSON.stringify(secret)).toContain("{{resolve:secretsmanager:");
    for (const origin of http) {
      expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: "x-sluice-origin-secret", HeaderValue: secret }]);
      expect(origin.CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: "https-only", OriginReadTimeout: 60 });
    }
    const { FunctionCode } = only(resources, "AWS::CloudFront::Function").Properties;
    const run = new Function("event", `${FunctionCode}; return handler(event);`) as (event: unknown) => unknown;
    const request = { headers: { host: { value: "pages.example" }, "x-forwarded-host": { value: "forged.example" } } };
    expect(run({ request })).toMatchObject({ headers: { "x-forwarded-host": { value: "pages.example" } } });
  });

  test("the pages may connect to their own WebSocket APIs, and to nothing else", () => {
    const { ResponseHeadersPolicyConfig } = only(resources, "AWS::CloudFront::ResponseHeadersPolicy").Properties;
    const headers = ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    const policy = JSON.stringify(headers.ContentSecurityPolicy.ContentSecurityPolicy);
    expect(policy).toContain("default-src 'self'; img-src 'self' data: blob:; connect-src 'self' wss://");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy.match(/wss:\/\/",\{"Fn::Select"/g)).toHaveLength(APPS.length);
    expect(headers).toMatchObject({
      ContentTypeOptions: { Override: true },
      ReferrerPolicy: { ReferrerPolicy: "no-referrer" },
    });
    for (const app of APPS) {
      const { Variables } = only(resources, "AWS::Lambda::Function", `${app}Handler`).Properties.Environment;
      expect(JSON.stringify(Variables.SLUICE_ORIGINS)).toMatch(/https:\/\/.*Distribution\w+","DomainName"/);
    }
  });

  test("/config.json names both addresses of each system, in the shape that the Node host gives", () => {
    const deployment = Object.values(ofType(resources, "Custom::CDKBucketDeployment")).find(({ Properties }) =>
      Properties.SourceMarkers?.some((markers: object) => Object.keys(markers).length > 0),
    );
    const at = deployment!.Properties.SourceMarkers.findIndex((markers: object) => Object.keys(markers).length > 0);
    const [asset] = String(deployment!.Properties.SourceObjectKeys[at]).split(".");
    let text = readFileSync(join(folder, "five", `asset.${asset}`, "config.json"), "utf8");
    for (const [marker, value] of Object.entries(deployment!.Properties.SourceMarkers[at])) {
      text = text.replaceAll(marker, (value as { Ref: string }).Ref);
    }
    const config = JSON.parse(text);
    expect(config).toMatchObject({ subprotocol: "sluice.v1", standIn: false, model: expect.any(String) });
    expect(config.llmModels).toEqual([config.model, "a.b-v1:0"]);
    expect(Object.keys(config.apps)).toEqual([...APPS]);
    for (const app of APPS) {
      expect(config.apps[app].httpUrl).toBe(`/${app}`);
      expect(config.apps[app].wsUrl).toMatch(new RegExp(`^wss://${app}WebSocketApi\\w+\\.execute-api\\..*/${app}$`));
    }
  });

  test("pages are asked for again each time, what has a hash in its name never", () => {
    const deployments = Object.values(ofType(resources, "Custom::CDKBucketDeployment")).map(
      ({ Properties }) => Properties,
    );
    expect(deployments.map((properties) => [properties.DestinationBucketKeyPrefix, properties.SystemMetadata])).toEqual(
      [
        ["assets", { "cache-control": "public, max-age=31536000, immutable" }],
        [undefined, { "cache-control": "no-cache" }],
      ],
    );
    for (const { Prune } of deployments) expect(Prune).toBe(false);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: Match.anyValue() });
  });

  test("buckets refuse what is not encrypted on its way", () => {
    template.resourceCountIs("AWS::S3::BucketPolicy", 2);
    template.allResourcesProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: "Deny" })]) },
    });
  });
});

describe("the settings of the five systems", () => {
  test("domains, an address for alarms, a shared secret, and nothing that stays", () => {
    const arn = (region: string, id: string): string => `arn:aws:acm:${region}:111122223333:certificate/${id}`;
    const template = stackOf(
      {
        jwtSecretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:tokens-AbCdEf",
        wsDomain: "ws.example.com",
        wsCertificateArn: arn("eu-west-1", "1"),
        pagesDomain: "sluice.example.com",
        pagesCertificateArn: arn("us-east-1", "2"),
        alarmEmail: "somebody@example.com",
        coalesceMs: "250",
        runsAtOnce: "20",
        retain: "no",
      },
      "settings",
    );
    const resources = template.toJSON()["Resources"] as Record<string, Resource>;
    template.resourceCountIs("AWS::ApiGatewayV2::DomainName", 1);
    const mappings = Object.values(ofType(resources, "AWS::ApiGatewayV2::ApiMapping"));
    expect(mappings.map(({ Properties }) => Properties.ApiMappingKey)).toEqual([...APPS]);
    const { Variables } = only(resources, "AWS::Lambda::Function", "titlesHandler").Properties.Environment;
    expect(Variables).toMatchObject({
      SLUICE_ORIGINS: "https://sluice.example.com",
      SLUICE_COALESCE_MS: "250",
      SLUICE_JWT_SECRET: expect.stringContaining("{{resolve:secretsmanager:"),
    });
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: { Aliases: ["sluice.example.com"] },
    });
    // And one for the sweep.
    const worker = only(resources, "AWS::Lambda::Function", "titlesWorker").Properties;
    expect(worker.ReservedConcurrentExecutions).toBe(21);
    template.hasResourceProperties("AWS::SNS::Subscription", { Endpoint: "somebody@example.com" });
    template.hasResource("AWS::DynamoDB::GlobalTable", { DeletionPolicy: "Delete" });
    template.resourceCountIs("Custom::S3AutoDeleteObjects", 2);
  });

  test("what does not fit together is refused with a sentence", () => {
    const read = (context: Record<string, string>) => () => readSettings((name) => context[name]);
    expect(read({})).toThrow("allowAnonymous=yes");
    expect(read({ allowAnonymous: "perhaps" })).toThrow("yes or no");
    expect(read({ allowAnonymous: "yes", runsAtOnce: "none" })).toThrow("whole number");
    expect(read({ jwksUrl: "https://id.example/keys", jwtSecretArn: "arn" })).toThrow("not both");
    expect(read({ allowAnonymous: "yes", wsDomain: "ws.example.com" })).toThrow("go together");
  });

  test("config.json behind a custom domain has its addresses", () => {
    const gateways = [{ app: "titles", wsUrl: "wss://ws.example.com/titles" }];
    expect(configJson(gateways, { model: "m" })).toEqual({
      apps: { titles: { httpUrl: "/titles", wsUrl: "wss://ws.example.com/titles" } },
      subprotocol: "sluice.v1",
      model: "m",
    });
  });
});
