import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

export interface GatewayFunctionProps {
  readonly description: string;
  readonly code: Code;
  readonly timeoutSeconds: number;
  /** An asynchronous invocation is tried once, and thrown away when it could not begin for this long. */
  readonly oneAttemptWithinSeconds?: number;
  /** Taken out of what the account allows, for this function alone. */
  readonly concurrency?: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly logRetention: RetentionDays;
  readonly may: readonly PolicyStatement[];
}

/** 512 MB: about a third of a core, which is what waiting for a model takes. */
const MEMORY_MB = 512;

/** A function with a log group and a role of its own, which may write that log and do what `may` says, and nothing else. */
export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const { oneAttemptWithinSeconds, concurrency } = props;
    const logGroup = new LogGroup(this, "Logs", {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    logGroup.grantWrite(role);
    for (const statement of props.may) role.addToPolicy(statement);
    this.lambda = new LambdaFunction(this, "Function", {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: props.code,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: { ...props.environment },
      logGroup,
      role,
      ...(concurrency !== undefined && { reservedConcurrentExecutions: concurrency }),
      ...(oneAttemptWithinSeconds !== undefined && {
        retryAttempts: 0,
        maxEventAge: Duration.seconds(oneAttemptWithinSeconds),
      }),
    });
  }
}
