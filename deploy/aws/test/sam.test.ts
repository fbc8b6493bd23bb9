import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isScalar, visit } from "yaml";
import { tableDefinition } from "../../../src/store/dynamodb/table.ts";
import { APPS } from "../lib/repository.ts";
import { documentOf, referencesIn, templateIn } from "./cloudformation-yaml.ts";
import { type Resource, type Statement, actionsOf, ofType, only, resourcesFor, statementsOf } from "./template.ts";

const text = readFileSync(join(import.meta.dirname, "../sam/template.yaml"), "utf8");
const template = templateIn(text);
const resources = template["Resources"] as Record<string, Resource>;

/** What a function may do, by the policies that it names. */
function allowedTo(name: string): Statement[] {
  const policies = resources[name]!.Properties.Policies as ({ Ref: string } | { "Fn::If": unknown[] })[];
  return policies.flatMap((policy) => {
    const reference = "Ref" in policy ? policy : (policy["Fn::If"][1] as { Ref: string });
    return statementsOf(resources[reference.Ref]!.Properties.PolicyDocument);
  });
}

describe("the SAM template", () => {
  test("is for one system a stack, and uses no YAML that CloudFormation refuses", () => {
    expect(template["Transform"]).toBe("AWS::Serverless-2016-10-31");
    const { Parameters } = template as { Parameters: Record<string, { AllowedValues: string[] }> };
    expect(Parameters["App"]!.AllowedValues).toEqual([...APPS]);
    // Aliases and hash merges ("Template format" in CloudFormation's guide).
    visit(documentOf(text), {
      Alias: () => expect.unreachable("an alias"),
      Pair: (_, { key }) => expect(isScalar(key) && key.value).not.toBe("<<"),
    });
  });

  test("every name that it refers to is one of its own", () => {
    const known = new Set([...Object.keys(template["Parameters"] as object), ...Object.keys(resources)]);
    // Made by SAM for a function with a URL.
    known.add("HttpFunctionUrl");
    for (const name of referencesIn(template)) if (!name.startsWith("AWS::")) expect(known).toContain(name);
  });

  test("three routes go to one function; the authorizer is on $connect alone, where tokens are proved", () => {
    const routes = Object.values(ofType(resources, "AWS::ApiGatewayV2::Route")).map(({ Properties }) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(["$connect", "$disconnect", "$default"]);
    expect(routes.map(({ AuthorizationType }) => AuthorizationType)).toEqual([
      { "Fn::If": ["HasTokens", "CUSTOM", "NONE"] },
      "NONE",
      "NONE",
    ]);
    expect(routes.slice(1).some((route) => "AuthorizerId" in route)).toBe(false);
    const target = { "Fn::Join": ["/", ["integrations", { Ref: "WebSocketIntegration" }]] };
    expect(routes.every(({ Target }) => JSON.stringify(Target) === JSON.stringify(target))).toBe(true);
    expect(only(resources, "AWS::ApiGatewayV2::Integration").Properties.TimeoutInMillis).toBe(29_000);
    const authorizer = only(resources, "AWS::ApiGatewayV2::Authorizer");
    expect(authorizer.Condition).toBe("HasTokens");
    expect(authorizer.Properties).toMatchObject({ AuthorizerType: "REQUEST", IdentitySource: [] });
  });

  test("API Gateway may call the function for each route and for the authorizer, by this API only", () => {
    const permissions = Object.values(ofType(resources, "AWS::Lambda::Permission")).map(({ Properties }) => Properties);
    const sources = permissions
      .filter(({ Principal }) => Principal === "apigateway.amazonaws.com")
      .map(({ SourceArn }) => String(SourceArn["Fn::Sub"]));
    expect(sources.map((source) => source.split("${WebSocketApi}")[1])).toEqual([
      "/${App}/$connect",
      "/${App}/$disconnect",
      "/${App}/$default",
      "/authorizers/${WebSocketAuthorizer}",
    ]);
  });

  test("the stage is named like the app; nobody is let in by leaving something out", () => {
    const stage = only(resources, "AWS::ApiGatewayV2::Stage").Properties;
    expect(stage).toMatchObject({ StageName: { Ref: "App" }, AutoDeploy: true });
    expect(stage.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    const { SomebodyProvesTokensOrNobodyNeedsThem: rule } = template["Rules"] as Record<string, unknown> & {
      SomebodyProvesTokensOrNobodyNeedsThem: unknown;
    };
    expect(rule).toMatchObject({
      RuleCondition: { "Fn::Equals": [{ Ref: "JwksUrl" }, ""] },
      Assertions: [{ Assert: { "Fn::Equals": [{ Ref: "AllowAnonymous" }, "yes"] } }],
    });
  });

  test("the handler ends within 29 s; the worker has 15 minutes, is tried once, and sweeps every minute", () => {
    const { Function: globals } = template["Globals"] as { Function: Record<string, unknown> };
    expect(globals).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
    expect(resources["WebSocketFunction"]!.Properties.Timeout).toBeLessThanOrEqual(29);
    expect(resources["StreamFunction"]!.Properties).toMatchObject({
      Timeout: 900,
      EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      Events: { Sweep: { Type: "Schedule", Properties: { Schedule: "rate(1 minute)" } } },
    });
    expect(resources["HttpFunction"]!.Properties).toMatchObject({
      Timeout: 900,
      FunctionUrlConfig: { AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" },
    });
  });

  test("the functions are told the same as those of the CDK app", () => {
    const { Function: globals } = template["Globals"] as { Function: { Environment: { Variables: object } } };
    expect(globals.Environment.Variables).toMatchObject({
      SLUICE_STORE: { "Fn::Sub": "dynamodb:${StreamsTable}" },
      SLUICE_BLOBS: { "Fn::Sub": "s3:${UploadsBucket}" },
      SLUICE_CALLBACK_URL: { "Fn::Sub": "https://${WebSocketApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${App}" },
    });
    for (const name of ["WebSocketFunction", "HttpFunction"]) {
      expect(resources[name]!.Properties.Environment.Variables.SLUICE_WORKER).toEqual({ Ref: "StreamFunction" });
    }
  });

  test("connections are managed at this API and this stage only; models by the worker alone", () => {
    for (const name of ["WebSocketFunction", "StreamFunction"]) {
      const arns = resourcesFor(allowedTo(name), "execute-api:ManageConnections");
      expect(arns).toHaveLength(2);
      for (const arn of arns)
        expect(arn).toMatch(/:\$\{WebSocketApi\}\/\$\{App\}\/(POST|DELETE)\/@connections\/\*"\}$/);
    }
    const closing = resourcesFor(allowedTo("HttpFunction"), "execute-api:ManageConnections");
    expect(closing).toHaveLength(1);
    expect(closing[0]).toContain("/${App}/DELETE/@connections/*");
    const arns = resourcesFor(allowedTo("StreamFunction"), "bedrock:InvokeModelWithResponseStream");
    expect(arns).toHaveLength(2);
    expect(arns[0]).toContain("foundation-model/*");
    expect(arns[1]).toContain("${AWS::AccountId}:inference-profile/*");
    expect(resourcesFor(allowedTo("StreamFunction"), "bedrock:Retrieve")[0]).toContain("/${KnowledgeBaseId}");
    for (const name of ["WebSocketFunction", "HttpFunction"]) expect(actionsOf(allowedTo(name), "bedrock")).toEqual([]);
  });

  test("no statement has a wildcard for its action or its whole resource", () => {
    const policies = Object.values(ofType(resources, "AWS::IAM::ManagedPolicy"));
    expect(policies).toHaveLength(7);
    for (const { actions, resources: arns } of policies.flatMap(({ Properties }) =>
      statementsOf(Properties.PolicyDocument),
    )) {
      for (const action of actions) expect(action).not.toContain("*");
      expect(arns).not.toContain('"*"');
    }
    expect(resourcesFor(allowedTo("StreamFunction"), "s3:GetObject")[0]).toContain("/uploads/*");
    expect(actionsOf(allowedTo("WebSocketFunction"), "s3")).toEqual([]);
  });

  test("the table is as the store wants it, forgets by `ttl`, and stays when the stack goes", () => {
    const table = only(resources, "AWS::DynamoDB::Table");
    expect(table.DeletionPolicy).toBe("Retain");
    const { TableName: _, ...definition } = tableDefinition("any");
    expect(table.Properties).toMatchObject({
      ...definition,
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
  });

  test("logs are kept for a time that is said; alarms ring for errors, long runs and lost ones", () => {
    const groups = Object.values(ofType(resources, "AWS::Logs::LogGroup"));
    expect(groups).toHaveLength(3);
    for (const { Properties } of groups) expect(Properties.RetentionInDays).toEqual({ Ref: "LogRetentionDays" });
    const alarms = Object.values(ofType(resources, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
    expect(alarms.map(({ MetricName }) => MetricName)).toEqual([
      "Errors",
      "Errors",
      "Errors",
      "Duration",
      "AsyncEventsDropped",
    ]);
  });
});
