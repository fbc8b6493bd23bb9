import { join } from "node:path";
import { Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { FunctionUrlOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { configJson } from "./config-json.ts";
import type { StreamingGateway } from "./streaming-gateway.ts";

export interface PagesProps {
  /** The built pages. */
  readonly folder: string;
  readonly gateways: readonly StreamingGateway[];
  /** What CloudFront shows to the HTTP functions in `x-sluice-origin-secret`. */
  readonly originSecret: ISecret;
  /** Goes into `/config.json` beside the addresses. */
  readonly features: Readonly<Record<string, unknown>>;
  /** A name of one's own; its certificate must be in us-east-1. */
  readonly domain?: { readonly name: string; readonly certificate: ICertificate };
}

/** No byte for so long, and CloudFront answers 504. Streams have a heartbeat every 15 s, a REST call that waits has none. */
const READ_TIMEOUT_SECONDS = 60;

/** CloudFront asks the function by the name of its URL: what the browser asked for is handed on beside it. */
const FORWARD_HOST = `
function handler(event) {
  event.request.headers["x-forwarded-host"] = { value: event.request.headers.host.value };
  return event.request;
}
`;

/** The pages of all systems and their HTTP, at one address. */
export class Pages extends Construct {
  /** Like `https://d111111abcdef8.cloudfront.net`. */
  readonly origin: string;

  constructor(scope: Construct, id: string, props: PagesProps) {
    super(scope, id);
    const { gateways, domain } = props;
    const bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Built again at any time.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    const distribution = new Distribution(this, "Distribution", {
      comment: "Sluice: pages and HTTP",
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.#pageHeaders(gateways),
      },
      additionalBehaviors: this.#httpBehaviours(props),
      ...(domain !== undefined && { domainNames: [domain.name], certificate: domain.certificate }),
    });
    this.origin = `https://${domain?.name ?? distribution.distributionDomainName}`;
    this.#fill(bucket, distribution, props);
  }

  /** As the Node host's pages, with the addresses of the WebSocket APIs. */
  #pageHeaders(gateways: readonly StreamingGateway[]): ResponseHeadersPolicy {
    const hosts = gateways.map(({ wsUrl }) => `wss://${Fn.select(2, Fn.split("/", wsUrl))}`);
    const connect = ["'self'", ...new Set(hosts)].join(" ");
    return new ResponseHeadersPolicy(this, "Headers", {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: `default-src 'self'; img-src 'self' data: blob:; connect-src ${connect}; frame-ancestors 'none'`,
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
      },
    });
  }

  #httpBehaviours({ gateways, originSecret }: PagesProps): Record<string, BehaviorOptions> {
    const forwardHost = new EdgeFunction(this, "ForwardHost", {
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(FORWARD_HOST),
    });
    const behaviour = (gateway: StreamingGateway): BehaviorOptions => ({
      origin: new FunctionUrlOrigin(gateway.httpUrl, {
        readTimeout: Duration.seconds(READ_TIMEOUT_SECONDS),
        customHeaders: { "x-sluice-origin-secret": originSecret.secretValue.unsafeUnwrap() },
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      compress: false,
      functionAssociations: [{ function: forwardHost, eventType: FunctionEventType.VIEWER_REQUEST }],
    });
    return Object.fromEntries(gateways.map((gateway) => [`/${gateway.app}/*`, behaviour(gateway)]));
  }

  #fill(bucket: Bucket, distribution: Distribution, { folder, gateways, features }: PagesProps): void {
    const common = {
      destinationBucket: bucket,
      logGroup: new LogGroup(this, "Logs", {
        retention: RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      // The files of the release before stay, for pages that are still open.
      prune: false,
    };
    const assets = new BucketDeployment(this, "Assets", {
      ...common,
      sources: [Source.asset(join(folder, "assets"))],
      destinationKeyPrefix: "assets",
      // Their names have a hash.
      cacheControl: [CacheControl.fromString("public, max-age=31536000, immutable")],
    });
    const documents = new BucketDeployment(this, "Documents", {
      ...common,
      sources: [
        Source.asset(folder, { exclude: ["assets"] }),
        Source.jsonData("config.json", configJson(gateways, features)),
      ],
      cacheControl: [CacheControl.noCache()],
      distribution,
      distributionPaths: ["/*"],
    });
    documents.node.addDependency(assets);
  }
}
