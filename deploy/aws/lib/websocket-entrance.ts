import { Duration } from "aws-cdk-lib";
import { ApiMapping, type IDomainName, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

export interface WebSocketEntranceProps {
  readonly app: string;
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  readonly domain: IDomainName | undefined;
}

/** No answer of an integration is waited for longer (API Gateway quotas for WebSocket APIs). */
export const LONGEST_ANSWER_SECONDS = 29;

/** The WebSocket API of one system: one stage, named like the system. */
export class WebSocketEntrance extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Where clients connect. */
  readonly url: string;

  constructor(scope: Construct, id: string, { app, throttle, domain }: WebSocketEntranceProps) {
    super(scope, id);
    this.api = new WebSocketApi(this, "Api", {
      apiName: `sluice-${app}`,
      routeSelectionExpression: "$request.body.action",
    });
    this.stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: app,
      autoDeploy: true,
      throttle,
    });
    this.url = this.stage.url;
    if (domain === undefined) return;
    const mapping = new ApiMapping(this, "Mapping", {
      api: this.api,
      domainName: domain,
      apiMappingKey: app,
      stage: this.stage,
    });
    mapping.node.addDependency(this.stage);
    this.url = `wss://${domain.name}/${app}`;
  }

  /** All three routes go to one function, which tells the events apart; `authorize` has it asked before, too. */
  routeTo(handler: IFunction, authorize: { readonly identitySource: string | undefined } | undefined): void {
    const integration = new WebSocketLambdaIntegration("Messages", handler, {
      timeout: Duration.seconds(LONGEST_ANSWER_SECONDS),
    });
    const authorizer =
      authorize &&
      new WebSocketLambdaAuthorizer("Authorizer", handler, {
        identitySource: authorize.identitySource === undefined ? [] : [authorize.identitySource],
      });
    this.api.addRoute("$connect", { integration, ...(authorizer !== undefined && { authorizer }) });
    this.api.addRoute("$disconnect", { integration });
    this.api.addRoute("$default", { integration });
  }
}
