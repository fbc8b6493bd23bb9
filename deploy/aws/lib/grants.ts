import { ArnFormat, Stack } from "aws-cdk-lib";
import type { IWebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

/** Single items and queries; no scan, no table management. */
const ITEM_ACTIONS = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"];

export function useItems(table: ITableV2): PolicyStatement {
  return new PolicyStatement({
    actions: ITEM_ACTIONS.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn, `${table.tableArn}/index/*`],
  });
}

/** The second statement makes a missing upload "not found": without it S3 says "access denied". */
export function useUploads(bucket: IBucket): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      resources: [bucket.arnForObjects("uploads/*")],
    }),
    new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
  ];
}

/** Post to the connections of one stage, or close them. */
export function manageConnections(stage: IWebSocketStage, ...methods: readonly ("POST" | "DELETE")[]): PolicyStatement {
  const resource = stage.api.apiId;
  return new PolicyStatement({
    actions: ["execute-api:ManageConnections"],
    resources: methods.map((method) =>
      Stack.of(stage).formatArn({
        service: "execute-api",
        resource,
        resourceName: `${stage.stageName}/${method}/@connections/*`,
      }),
    ),
  });
}

/**
 * ConverseStream needs the action of InvokeModelWithResponseStream. An inference profile hands a request on to models in other
 * regions, a global one to a model whose ARN names no region at all: both must be allowed.
 */
export function invokeModels(scope: Construct, models: readonly string[] | undefined): PolicyStatement {
  const { partition, account } = Stack.of(scope);
  const all = [
    `arn:${partition}:bedrock:*::foundation-model/*`,
    `arn:${partition}:bedrock:*:${account}:inference-profile/*`,
  ];
  return new PolicyStatement({
    actions: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    resources: [...(models ?? all)],
  });
}

/** Search one knowledge base, and let Bedrock write answers out of it. */
export function askKnowledgeBase(scope: Construct, id: string): PolicyStatement {
  return new PolicyStatement({
    actions: ["bedrock:Retrieve", "bedrock:RetrieveAndGenerate"],
    resources: [
      Stack.of(scope).formatArn({
        service: "bedrock",
        resource: "knowledge-base",
        resourceName: id,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    ],
  });
}
