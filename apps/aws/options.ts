import { jwt } from "sluice/auth/jwt";
import { type LambdaOptions, type SharedBackend, pinoLogger } from "sluice/lambda";
import { type Settings, SettingError, readFunctionEnvironment } from "../environment.ts";

/** How the functions are composed, as the environment asks. What one of them alone needs is loaded by that one. */
export function lambdaOptions(settings: Settings): LambdaOptions {
  const { uploads, worker, callbackUrl, coalesceMs, originSecret } = readFunctionEnvironment(process.env);
  return {
    store: () => openStore(settings, uploads),
    source: async () => {
      const { openSources } = await import("../sources.ts");
      return (await openSources(settings.model)).of;
    },
    worker,
    ...(callbackUrl !== undefined && { callbackUrl }),
    coalesceMs,
    ...(originSecret !== undefined && { originSecret }),
    ...(settings.jwt !== undefined && { authorize: jwt(settings.jwt) }),
    ...(settings.allowances !== undefined && { allowances: settings.allowances }),
    origins: settings.origins,
    logger: pinoLogger(settings.logLevel),
  };
}

async function openStore({ store }: Settings, uploads: string | undefined): Promise<SharedBackend> {
  if (store.kind !== "dynamodb") throw new SettingError("Functions need SLUICE_STORE=dynamodb:<table>.");
  const { dynamodb } = await import("sluice/store/dynamodb");
  if (uploads === undefined) return dynamodb({ table: store.table });
  const { s3Blobs } = await import("sluice/blobs/s3");
  return dynamodb({ table: store.table, blobs: s3Blobs({ bucket: uploads, prefix: "uploads/" }) });
}
