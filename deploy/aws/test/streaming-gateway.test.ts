import { Match, type Template } from "aws-cdk-lib/assertions";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { beforeAll, describe, expect, test } from "vitest";
import { tableDefinition } from "../../../src/store/dynamodb/table.ts";
import { type Resource, actionsOf, allowed, gatewayStack, ofType, only, resourcesFor } from "./template.ts";

describe("a streaming gateway", () => {
  let template: Template;
  let resources: Record<string, Resource>;

  beforeAll(() => {
    template = gatewayStack("titles").template;
    resources = template.toJSON()["Resources"];
  });

  const environment = (part: string): Record<string, unknown> =>
    only(resources, "AWS::Lambda::Function", part).Properties.Environment.Variables;

  test("its stage is named like the app, deploys by itself and is throttled", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "titles",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
  });

  test("$connect, $disconnect and $default go to the one handler, within the 29 s of API Gateway", () => {
    const routes = Object.values(ofType(resources, "AWS::ApiGatewayV2::Route")).map(({ Properties }) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(["$connect", "$default", "$disconnect"]);
    expect(new Set(routes.map(({ Target }) => JSON.stringify(Target))).size).toBe(1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
      TimeoutInMillis: 29_000,
    });
  });

  test("the authorizer is on $connect alone, is the handler itself, and lists no source that could be missing", () => {
    const routes = Object.values(ofType(resources, "AWS::ApiGatewayV2::Route")).map(({ Properties }) => Properties);
    const guarded = routes.filter(({ AuthorizationType }) => AuthorizationType === "CUSTOM");
    expect(guarded.map(({ RouteKey }) => RouteKey)).toEqual(["$connect"]);
    for (const route of routes) expect("AuthorizerId" in route).toBe(route.RouteKey === "$connect");
    const authorizer = only(resources, "AWS::ApiGatewayV2::Authorizer").Properties;
    expect(authorizer).toMatchObject({ AuthorizerType: "REQUEST", IdentitySource: [] });
    const handler = Object.keys(ofType(resources, "AWS::Lambda::Function")).find((id) => id.includes("Handler"));
    expect(JSON.stringify(authorizer.AuthorizerUri)).toContain(`"${handler}","Arn"`);
    // Documented for HTTP APIs only.
    expect(authorizer).not.toHaveProperty("AuthorizerResultTtlInSeconds");
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Principal: "apigateway.amazonaws.com",
      SourceArn: { "Fn::Join": ["", Match.arrayWith(["/authorizers/"])] },
    });
  });

  test("functions run Node 24 on arm64; the handler ends within 29 s, worker and HTTP within 15 minutes", () => {
    const functions = ofType(resources, "AWS::Lambda::Function");
    expect(Object.keys(functions)).toHaveLength(3);
    for (const { Properties } of Object.values(functions)) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        MemorySize: 512,
        Handler: "index.handler",
      });
    }
    expect(only(resources, "AWS::Lambda::Function", "Handler").Properties.Timeout).toBeLessThanOrEqual(29);
    expect(only(resources, "AWS::Lambda::Function", "Worker").Properties.Timeout).toBe(900);
    expect(only(resources, "AWS::Lambda::Function", "Http").Properties.Timeout).toBe(900);
  });

  test("the worker is tried once, and thrown away when it could not begin for a minute", () => {
    template.resourceCountIs("AWS::Lambda::EventInvokeConfig", 1);
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: Match.stringLikeRegexp("Worker") },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  test("a schedule sweeps every minute, and does not insist", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 minute)",
      Targets: [
        Match.objectLike({
          Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("Worker"), "Arn"] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        }),
      ],
    });
  });

  test("HTTP streams its answers at a Function URL", () => {
    template.hasResourceProperties("AWS::Lambda::Url", {
      AuthType: "NONE",
      InvokeMode: "RESPONSE_STREAM",
      TargetFunctionArn: { "Fn::GetAtt": [Match.stringLikeRegexp("Http"), "Arn"] },
    });
    // Both are needed since October 2025 (Lambda's guide, "Control access to Lambda function URLs").
    template.hasResourceProperties("AWS::Lambda::Permission", { Action: "lambda:InvokeFunctionUrl", Principal: "*" });
    template.hasResourceProperties("AWS::Lambda::Permission", {
      Action: "lambda:InvokeFunction",
      Principal: "*",
      InvokedViaFunctionUrl: true,
    });
  });

  test("the table is as the store wants it, forgets by `ttl`, can be put back in time, and stays", () => {
    const table = only(resources, "AWS::DynamoDB::GlobalTable");
    const { TableName: _, ...definition } = tableDefinition("any");
    expect(table.Properties).toMatchObject({
      ...definition,
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    });
    expect(table.DeletionPolicy).toBe("Retain");
  });

  test("uploads are closed to the public, encrypted, and gone after two days", () => {
    expect(only(resources, "AWS::S3::Bucket").Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      LifecycleConfiguration: { Rules: [{ Prefix: "uploads/", ExpirationInDays: 2, Status: "Enabled" }] },
    });
  });

  test("every function has a log group of its own, kept for a time that is said", () => {
    const groups = Object.values(ofType(resources, "AWS::Logs::LogGroup"));
    expect(groups.map(({ Properties }) => Properties.RetentionInDays)).toEqual([30, 30, 30]);
    for (const { Properties } of Object.values(ofType(resources, "AWS::Lambda::Function"))) {
      expect(Properties.LoggingConfig.LogGroup).toHaveProperty("Ref");
    }
    const { template: other } = gatewayStack("titles", () => ({
      allowAnonymous: true,
      logRetention: RetentionDays.ONE_WEEK,
    }));
    other.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 7 });
  });

  test("the functions are told their store, their uploads, their worker and where to post", () => {
    for (const part of ["Handler", "Http", "Worker"]) {
      expect(environment(part)).toMatchObject({
        SLUICE_STORE: { "Fn::Join": ["", ["dynamodb:", { Ref: expect.stringContaining("Table") }]] },
        SLUICE_BLOBS: { "Fn::Join": ["", ["s3:", { Ref: expect.stringContaining("Bucket") }]] },
        SLUICE_JWKS_URL: "https://id.example/keys",
        POWERTOOLS_SERVICE_NAME: "titles",
      });
      expect(JSON.stringify(environment(part)["SLUICE_CALLBACK_URL"])).toMatch(/"https:.*execute-api.*\/titles"/);
    }
    const worker = { Ref: expect.stringContaining("Worker") };
    expect(environment("Handler")["SLUICE_WORKER"]).toEqual(worker);
    expect(environment("Http")["SLUICE_WORKER"]).toEqual(worker);
    expect(environment("Worker")).not.toHaveProperty("SLUICE_WORKER");
  });

  test("connections are managed at this API and this stage only; the HTTP function closes them, no more", () => {
    for (const part of ["HandlerRole", "WorkerRole"]) {
      const arns = resourcesFor(allowed(resources, part), "execute-api:ManageConnections");
      expect(arns).toHaveLength(2);
      for (const arn of arns) {
        expect(arn).toMatch(/\{"Ref":"GatewayWebSocketApi\w+"\},"\/titles\/(POST|DELETE)\/@connections\/\*"/);
      }
    }
    const arns = resourcesFor(allowed(resources, "HttpRole"), "execute-api:ManageConnections");
    expect(arns).toHaveLength(1);
    expect(arns[0]).toContain('"/titles/DELETE/@connections/*"');
  });

  test("models are invoked by the worker alone: foundation models and inference profiles, streaming or not", () => {
    const statements = allowed(resources, "WorkerRole");
    expect(actionsOf(statements, "bedrock")).toEqual(["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]);
    const arns = resourcesFor(statements, "bedrock:InvokeModelWithResponseStream");
    expect(arns).toHaveLength(2);
    expect(arns[0]).toContain(":bedrock:*::foundation-model/*");
    expect(arns[1]).toContain(':bedrock:*:",{"Ref":"AWS::AccountId"},":inference-profile/*');
    for (const part of ["HandlerRole", "HttpRole"]) expect(actionsOf(allowed(resources, part), "bedrock")).toEqual([]);
  });

  test("items of this table only: no scan, no table management", () => {
    for (const part of ["HandlerRole", "HttpRole", "WorkerRole"]) {
      const statements = allowed(resources, part);
      expect(actionsOf(statements, "dynamodb").every((action) => /Item$|:Query$/.test(action))).toBe(true);
      const arns = resourcesFor(statements, "dynamodb:UpdateItem");
      expect(arns).toHaveLength(2);
      for (const arn of arns) expect(arn).toMatch(/StorageTable\w+","Arn"\]\}(,"\/index\/\*"\]\]\})?$/);
    }
  });

  test("objects under uploads/ only; the handler has no business there", () => {
    for (const part of ["HttpRole", "WorkerRole"]) {
      const statements = allowed(resources, part);
      expect(actionsOf(statements, "s3").sort()).toEqual([
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
      ]);
      for (const arn of resourcesFor(statements, "s3:GetObject")) expect(arn).toContain("/uploads/*");
    }
    expect(actionsOf(allowed(resources, "HandlerRole"), "s3")).toEqual([]);
  });

  test("handler and HTTP may begin this worker, and no other function", () => {
    for (const part of ["HandlerRole", "HttpRole"]) {
      const [arn, ...others] = resourcesFor(allowed(resources, part), "lambda:InvokeFunction");
      expect(arn).toMatch(/^\{"Fn::GetAtt":\["GatewayWorkerFunction\w+","Arn"\]\}$/);
      expect(others).toEqual([]);
    }
    expect(actionsOf(allowed(resources, "WorkerRole"), "lambda")).toEqual([]);
  });

  test("no statement has a wildcard for its action or its whole resource, and no role a managed policy", () => {
    for (const part of ["HandlerRole", "HttpRole", "WorkerRole"]) {
      for (const { actions, resources: arns } of allowed(resources, part)) {
        for (const action of actions) expect(action).not.toContain("*");
        expect(arns).not.toContain('"*"');
      }
      expect(only(resources, "AWS::IAM::Role", part).Properties).not.toHaveProperty("ManagedPolicyArns");
    }
  });

  test("alarms ring for errors, throttles, long runs, lost runs, bad answers, slow posts and failed commits", () => {
    const alarms = Object.values(ofType(resources, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
    const names = alarms.map(({ MetricName }) => MetricName);
    expect(names.filter((name) => name === "Errors")).toHaveLength(3);
    expect(names.filter((name) => name === "Throttles")).toHaveLength(3);
    for (const name of ["AsyncEventsDropped", "Url5xxCount", "IntegrationError", "ExecutionError"]) {
      expect(names).toContain(name);
    }
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "Duration",
      Statistic: "Maximum",
      Threshold: 840_000,
      Dimensions: [{ Name: "FunctionName", Value: { Ref: Match.stringLikeRegexp("Worker") } }],
    });
    const own = alarms.filter(({ Namespace }) => Namespace === "WebSocket/Streaming");
    expect(own.map(({ MetricName }) => MetricName)).toEqual(["StreamingLatency", "RunsFailed", "FailedCommits"]);
    for (const { Dimensions } of own) expect(Dimensions).toEqual([{ Name: "service", Value: "titles" }]);
    for (const alarm of alarms) expect(alarm.TreatMissingData).toBe("notBreaching");
  });
});
