import { Duration } from "aws-cdk-lib";
import type { IWebSocketApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, type IMetric, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

/** Where the functions' own metrics are, by the Embedded Metric Format. */
const METRICS_NAMESPACE = "WebSocket/Streaming";

export interface GatewayAlarmsProps {
  readonly app: string;
  readonly handler: LambdaFunction;
  readonly http: LambdaFunction;
  readonly worker: LambdaFunction;
  readonly api: IWebSocketApi;
  readonly topic: ITopic | undefined;
}

const PERIOD = Duration.minutes(5);
/** Runs end at 15 minutes whatever they do: this leaves time to look. */
const LONG_RUN_MS = 14 * 60_000;
/** Several times what a post takes. */
const SLOW_POST_MS = 1000;

/** What somebody should look at; an alarm with nothing to look at is silent. */
export class GatewayAlarms extends Construct {
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: GatewayAlarmsProps) {
    super(scope, id);
    this.#topic = props.topic;
    const { app, handler, http, worker, api } = props;
    for (const [name, lambda] of Object.entries({ Handler: handler, Http: http, Worker: worker })) {
      this.#add(`${name}Errors`, `${app}: ${name} failed.`, lambda.metricErrors({ period: PERIOD }), 1);
      this.#add(`${name}Throttles`, `${app}: ${name} was throttled.`, lambda.metricThrottles({ period: PERIOD }), 1);
    }
    this.#add(
      "WorkerNearLimit",
      `${app}: a run took nearly the 15 minutes that a worker has.`,
      worker.metricDuration({ period: PERIOD, statistic: "Maximum" }),
      LONG_RUN_MS,
    );
    const dropped = worker.metric("AsyncEventsDropped", { period: PERIOD, statistic: "Sum" });
    this.#add("WorkerEventsDropped", `${app}: a run was never begun.`, dropped, 1);
    const refused = http.metric("Url5xxCount", { period: PERIOD, statistic: "Sum" });
    this.#add("HttpServerErrors", `${app}: HTTP requests were answered with 5xx.`, refused, 5);
    for (const metricName of ["IntegrationError", "ExecutionError"]) {
      const dimensionsMap = { ApiId: api.apiId, Stage: app };
      const metric = new Metric({
        namespace: "AWS/ApiGateway",
        metricName,
        dimensionsMap,
        period: PERIOD,
        statistic: "Sum",
      });
      this.#add(metricName, `${app}: API Gateway got no good answer from the handler.`, metric, 5);
    }
    const own = (metricName: string, statistic: string): Metric =>
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName,
        dimensionsMap: { service: app },
        period: PERIOD,
        statistic,
      });
    this.#add("SlowPosts", `${app}: API Gateway takes frames slowly.`, own("StreamingLatency", "p95"), SLOW_POST_MS);
    this.#add("FailedRuns", `${app}: runs ended with an error.`, own("RunsFailed", "Sum"), 5);
    this.#add("FailedCommits", `${app}: events could not be stored.`, own("FailedCommits", "Sum"), 1);
  }

  #add(id: string, alarmDescription: string, metric: IMetric, threshold: number): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
  }
}
