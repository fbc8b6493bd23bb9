import type { IDomainName } from "aws-cdk-lib/aws-apigatewayv2";
import type { ITableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { FunctionCode } from "./function-code.ts";
import type { JwtSettings } from "./jwt-settings.ts";

/** One system on AWS. */
export interface StreamingGatewayProps {
  /** Name of the system, its stage, and the first segment of its HTTP paths: lower-case letters, digits, hyphens. */
  readonly app: string;
  readonly code: FunctionCode;
  /** Streams, records and connections, as `Storage` makes it. Several systems may share it. */
  readonly table: ITableV2;
  /** Uploads, under `uploads/`. Several systems may share it. */
  readonly bucket: IBucket;
  /** With it, $connect has an authorizer. Without it `allowAnonymous` must say that this is meant. */
  readonly jwt?: JwtSettings;
  readonly allowAnonymous?: boolean;
  /** Origins of foreign pages that may use the system, like `https://app.example.com`. */
  readonly origins?: readonly string[];
  /**
   * What must be there in a request before API Gateway calls the authorizer. None by default: every listed source must be present,
   * else the answer is 401 and the authorizer is not asked, while a token may come by header, subprotocol or ticket.
   */
  readonly identitySource?: string;
  /** A custom domain of WebSocket APIs; the path in it is the system's name. */
  readonly domain?: IDomainName;
  /** What HTTP requests must bring in the header `x-sluice-origin-secret`, so that only CloudFront is answered. */
  readonly originSecret?: ISecret;
  /** ARNs of foundation models and inference profiles that may be invoked; by default all that the account can use. */
  readonly models?: readonly string[];
  readonly knowledgeBaseId?: string;
  /** Further variables of all three functions, SLUICE_MODEL among them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Requests and messages per second, and at once, on the whole stage; 100 and 200 by default. */
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  /** How many runs there may be at once, which is also what a minute can cost at most; by default what the account allows. */
  readonly runsAtOnce?: number;
  /** 30 days by default. */
  readonly logRetention?: RetentionDays;
  /** Told when an alarm rings. */
  readonly alarmTopic?: ITopic;
}
