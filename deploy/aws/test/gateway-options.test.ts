import { DomainName } from "aws-cdk-lib/aws-apigatewayv2";
import { Match } from "aws-cdk-lib/assertions";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { type Resource, allowed, gatewayStack, ofType, only, resourcesFor } from "./template.ts";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000";

describe("the options of a streaming gateway", () => {
  test("without a way to prove tokens it is not made, unless that is meant; then nothing authorizes", () => {
    expect(() => gatewayStack("titles", () => ({}))).toThrow("allowAnonymous");
    const { template } = gatewayStack("titles", () => ({ allowAnonymous: true }));
    template.resourceCountIs("AWS::ApiGatewayV2::Authorizer", 0);
    template.allResourcesProperties("AWS::ApiGatewayV2::Route", { AuthorizationType: "NONE" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ SLUICE_ALLOW_ANONYMOUS: "1" }) },
    });
  });

  test("one identity source may be asked for", () => {
    const { template } = gatewayStack("titles", () => ({
      jwt: { jwksUrl: "https://id.example/keys" },
      identitySource: "route.request.querystring.ticket",
    }));
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      IdentitySource: ["route.request.querystring.ticket"],
    });
  });

  test("secrets stand in the template as references", () => {
    const { template } = gatewayStack("titles", (stack) => ({
      jwt: { secret: new Secret(stack, "Jwt"), issuer: "https://id.example", audience: "sluice" },
      originSecret: new Secret(stack, "Origin"),
    }));
    const resources = template.toJSON()["Resources"] as Record<string, Resource>;
    const http = only(resources, "AWS::Lambda::Function", "Http").Properties.Environment.Variables;
    const reference = (id: string): unknown => ({
      "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: expect.stringContaining(id) }, ":SecretString:::}}"]],
    });
    expect(http).toMatchObject({
      SLUICE_JWT_SECRET: reference("Jwt"),
      SLUICE_JWT_ISSUER: "https://id.example",
      SLUICE_JWT_AUDIENCE: "sluice",
      SLUICE_ORIGIN_SECRET: reference("Origin"),
    });
    for (const part of ["Handler", "Worker"]) {
      const { Variables } = only(resources, "AWS::Lambda::Function", part).Properties.Environment;
      expect(Variables).not.toHaveProperty("SLUICE_ORIGIN_SECRET");
    }
  });

  test("behind a custom domain clients get its address, and frames are still posted to the API's own", () => {
    const { template, gateway, stack } = gatewayStack("titles", (stack) => ({
      allowAnonymous: true,
      domain: new DomainName(stack, "Domain", {
        domainName: "ws.example.com",
        certificate: Certificate.fromCertificateArn(stack, "Certificate", CERTIFICATE),
      }),
    }));
    template.hasResourceProperties("AWS::ApiGatewayV2::ApiMapping", { ApiMappingKey: "titles" });
    expect(JSON.stringify(stack.resolve(gateway.wsUrl))).toMatch(
      /^\{"Fn::Join":\["",\["wss:\/\/",\{"Ref":"Domain\w+"\},"\/titles"\]\]\}$/,
    );
    const resources = template.toJSON()["Resources"] as Record<string, Resource>;
    for (const { Properties } of Object.values(ofType(resources, "AWS::Lambda::Function"))) {
      const callback = JSON.stringify(Properties.Environment.Variables.SLUICE_CALLBACK_URL);
      expect(callback).toMatch(/"https:\/\/",\{"Ref":"GatewayWebSocketApi\w+"\},"\.execute-api\./);
    }
  });

  test("what the environment says goes first", () => {
    const SLUICE_CALLBACK_URL = "https://ws.example.com/titles";
    const { template } = gatewayStack("titles", () => ({ allowAnonymous: true, environment: { SLUICE_CALLBACK_URL } }));
    template.allResourcesProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ SLUICE_CALLBACK_URL }) },
    });
  });

  test("a knowledge base is asked by name; the models may be narrowed", () => {
    const model = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0";
    const { template } = gatewayStack("realestate", () => ({
      allowAnonymous: true,
      knowledgeBaseId: "KB12345678",
      models: [model],
    }));
    const resources = template.toJSON()["Resources"] as Record<string, Resource>;
    const statements = allowed(resources, "WorkerRole");
    expect(resourcesFor(statements, "bedrock:Retrieve")).toHaveLength(1);
    expect(resourcesFor(statements, "bedrock:RetrieveAndGenerate")[0]).toContain(":knowledge-base/KB12345678");
    expect(resourcesFor(statements, "bedrock:InvokeModel")).toEqual([JSON.stringify(model)]);
  });

  test("alarms tell a topic", () => {
    const { template } = gatewayStack("titles", (stack) => ({
      allowAnonymous: true,
      alarmTopic: new Topic(stack, "Topic"),
    }));
    template.allResourcesProperties("AWS::CloudWatch::Alarm", {
      AlarmActions: [{ Ref: Match.stringLikeRegexp("Topic") }],
    });
  });

  test("pages elsewhere may use it, and the pages that come with it may connect", () => {
    const made = gatewayStack("titles", () => ({ allowAnonymous: true, origins: ["https://app.example.com"] }));
    made.gateway.allowPagesOf("https://pages.example.com");
    const resources = made.template.toJSON()["Resources"] as Record<string, Resource>;
    const variables = (part: string): Record<string, unknown> =>
      only(resources, "AWS::Lambda::Function", part).Properties.Environment.Variables;
    expect(variables("Handler")["SLUICE_ORIGINS"]).toBe("https://app.example.com,https://pages.example.com");
    expect(variables("Http")["SLUICE_ORIGINS"]).toBe("https://app.example.com");
  });
});
