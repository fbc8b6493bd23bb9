/**
 * Sluice as Lambda functions behind API Gateway.
 * @module
 */
export { pinoLogger } from "../../telemetry/pino.ts";
export type { LambdaOptions, SharedBackend } from "./composition.ts";
export type { LambdaContext } from "./events.ts";
export {
  type LambdaFunctions,
  type LambdaHandler,
  httpHandler,
  lambda,
  messageHandler,
  workerHandler,
} from "./lambda.ts";
