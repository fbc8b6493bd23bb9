import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type Attribute, AttributeType, Billing, ProjectionType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { TABLE } from "../../../src/store/dynamodb/table.ts";

export interface StorageProps {
  /** Whether table and bucket outlive the stack; true by default. */
  readonly retain?: boolean;
}

/** An upload is used by the run that it was made for. */
const UPLOADS_KEPT_DAYS = 2;

/** The table and the bucket that all systems share; the keys of both begin with the system's name. */
export class Storage extends Construct {
  readonly table: TableV2;
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retain = true }: StorageProps = {}) {
    super(scope, id);
    const removalPolicy = retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = new TableV2(this, "Table", {
      ...keysOf(TABLE.keys),
      globalSecondaryIndexes: TABLE.indexes.map(({ name, keys }) => ({
        indexName: name,
        ...keysOf(keys),
        projectionType: ProjectionType.KEYS_ONLY,
      })),
      timeToLiveAttribute: TABLE.ttl,
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          prefix: "uploads/",
          expiration: Duration.days(UPLOADS_KEPT_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy,
      autoDeleteObjects: !retain,
    });
  }
}

function keysOf([hash, range]: readonly [string, string]): { partitionKey: Attribute; sortKey: Attribute } {
  const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });
  return { partitionKey: text(hash), sortKey: text(range) };
}
