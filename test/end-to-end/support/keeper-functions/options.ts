import { S3Client } from "@aws-sdk/client-s3";
import { s3Blobs } from "sluice/blobs/s3";
import { type LambdaOptions, pinoLogger } from "sluice/lambda";
import { iterable } from "sluice/source/iterable";
import { dynamodb } from "sluice/store/dynamodb";
import { fileClock } from "../file-clock.ts";

const { SLUICE_STORE, SLUICE_WORKER, KEEPER_S3, KEEPER_BUCKET, KEEPER_CLOCK } = process.env;

/** How the keeper's functions are composed. */
export const options: LambdaOptions = {
  store: () =>
    dynamodb({
      table: SLUICE_STORE!.replace("dynamodb:", ""),
      blobs: s3Blobs({ bucket: KEEPER_BUCKET!, client: new S3Client({ endpoint: KEEPER_S3!, forcePathStyle: true }) }),
    }),
  source: async () => iterable(() => []),
  worker: SLUICE_WORKER!,
  clock: fileClock(KEEPER_CLOCK!),
  logger: pinoLogger("warn"),
};
