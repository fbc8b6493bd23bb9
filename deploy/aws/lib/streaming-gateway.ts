import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as InvokeFunction } from "aws-cdk-lib/aws-events-targets";
import { FunctionUrlAuthType, type FunctionUrl, InvokeMode } from "aws-cdk-lib/aws-lambda";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { GatewayAlarms } from "./gateway-alarms.ts";
import { GatewayFunction } from "./gateway-function.ts";
import type { StreamingGatewayProps } from "./gateway-props.ts";
import { askKnowledgeBase, invokeModels, manageConnections, useItems, useUploads } from "./grants.ts";
import { jwtEnvironment } from "./jwt-settings.ts";
import { LONGEST_ANSWER_SECONDS, WebSocketEntrance } from "./websocket-entrance.ts";

/** The longest that a Lambda function may run. */
const LONGEST_RUN_SECONDS = 900;
/** Whoever waits for a run has given up by then. */
const STALE_AFTER_SECONDS = 60;

/**
 * One system on AWS: a WebSocket API, a function that answers its messages at once, one that runs the routes for up to 15 minutes
 * and delivers what they write, and one for HTTP (REST, SSE, long poll, uploads) behind a Function URL that streams.
 */
export class StreamingGateway extends Construct {
  readonly app: string;
  readonly handler: LambdaFunction;
  readonly http: LambdaFunction;
  readonly worker: LambdaFunction;
  readonly httpUrl: FunctionUrl;
  /** Where browsers connect: `wss://.../{app}`. */
  readonly wsUrl: string;
  readonly #origins: readonly string[];

  constructor(scope: Construct, id: string, props: StreamingGatewayProps) {
    super(scope, id);
    refuseOpenDoor(props);
    const { app, code, table, bucket, originSecret, knowledgeBaseId } = props;
    this.app = app;
    this.#origins = props.origins ?? [];
    const entrance = new WebSocketEntrance(this, "WebSocket", {
      app,
      throttle: props.throttle ?? { rateLimit: 100, burstLimit: 200 },
      domain: props.domain,
    });
    this.wsUrl = entrance.url;
    const common = {
      // Never out of an event: behind a custom domain its `domainName` and `stage` need not make an address that works.
      SLUICE_CALLBACK_URL: entrance.stage.callbackUrl,
      ...commonEnvironment(props),
    };
    const logRetention = props.logRetention ?? RetentionDays.ONE_MONTH;

    const worker = new GatewayFunction(this, "Worker", {
      description: `${app}: runs the routes and delivers their streams`,
      code: code.worker,
      timeoutSeconds: LONGEST_RUN_SECONDS,
      oneAttemptWithinSeconds: STALE_AFTER_SECONDS,
      // One more, for the sweep.
      concurrency: props.runsAtOnce === undefined ? undefined : props.runsAtOnce + 1,
      environment: common,
      logRetention,
      may: [
        useItems(table),
        ...useUploads(bucket),
        manageConnections(entrance.stage, "POST", "DELETE"),
        invokeModels(this, props.models),
        ...(knowledgeBaseId === undefined ? [] : [askKnowledgeBase(this, knowledgeBaseId)]),
      ],
    });
    this.worker = worker.lambda;
    const begins = { ...common, SLUICE_WORKER: this.worker.functionName };
    const mayBegin = new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [this.worker.functionArn] });

    this.handler = new GatewayFunction(this, "Handler", {
      description: `${app}: connections, messages, authorizer`,
      code: code.handler,
      timeoutSeconds: LONGEST_ANSWER_SECONDS,
      environment: begins,
      logRetention,
      may: [useItems(table), manageConnections(entrance.stage, "POST", "DELETE"), mayBegin],
    }).lambda;

    this.http = new GatewayFunction(this, "Http", {
      description: `${app}: REST, SSE, long poll, uploads`,
      code: code.http,
      timeoutSeconds: LONGEST_RUN_SECONDS,
      environment: {
        ...begins,
        ...(originSecret !== undefined && { SLUICE_ORIGIN_SECRET: originSecret.secretValue.unsafeUnwrap() }),
      },
      logRetention,
      // It may be the first to find that a worker died, and lets go of its viewers.
      may: [useItems(table), ...useUploads(bucket), manageConnections(entrance.stage, "DELETE"), mayBegin],
    }).lambda;
    // Why not AWS_IAM with CloudFront's origin access control: docs/deploying-on-aws.md, "Who may call the Function URL".
    this.httpUrl = this.http.addFunctionUrl({
      authType: FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });

    entrance.routeTo(this.handler, props.jwt && { identitySource: props.identitySource });
    new Rule(this, "Sweep", {
      description: `${app}: ends the runs whose worker died`,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new InvokeFunction(this.worker, { retryAttempts: 0, maxEventAge: Duration.seconds(STALE_AFTER_SECONDS) }),
      ],
    });
    new GatewayAlarms(this, "Alarms", {
      app,
      handler: this.handler,
      http: this.http,
      worker: this.worker,
      api: entrance.api,
      topic: props.alarmTopic,
    });
  }

  /**
   * Lets the pages at this origin connect. It comes after the construction, since the pages' CloudFront distribution needs this
   * gateway's HTTP function; that one is told the pages' own origin by each request (`x-forwarded-host`).
   */
  allowPagesOf(origin: string): void {
    this.handler.addEnvironment("SLUICE_ORIGINS", [...this.#origins, origin].join(","));
  }
}

function commonEnvironment(props: StreamingGatewayProps): Record<string, string> {
  const { app, table, bucket, jwt, allowAnonymous, origins = [], environment } = props;
  return {
    SLUICE_STORE: `dynamodb:${table.tableName}`,
    SLUICE_BLOBS: `s3:${bucket.bucketName}`,
    // The dimension `service` of its metrics.
    POWERTOOLS_SERVICE_NAME: app,
    ...(jwt !== undefined && jwtEnvironment(jwt)),
    ...(allowAnonymous === true && { SLUICE_ALLOW_ANONYMOUS: "1" }),
    ...(origins.length > 0 && { SLUICE_ORIGINS: origins.join(",") }),
    ...environment,
  };
}

/** A model costs money: nobody opens it to everybody by leaving something out. */
function refuseOpenDoor({ app, jwt, allowAnonymous = false }: StreamingGatewayProps): void {
  if (jwt === undefined && !allowAnonymous) {
    throw new Error(`Without \`jwt\` anybody may use ${app}; set \`allowAnonymous\` if that is meant.`);
  }
}
