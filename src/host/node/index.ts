/**
 * Sluice in one Node process.
 * @module
 */
export { pinoLogger } from "../../telemetry/pino.ts";
export { isLoopbackHost } from "../http/defence.ts";
export type { OperationsGateway } from "../../operations/types.ts";
export { pagesFrom } from "./pages.ts";
export { type ServeOptions, type Server, serve } from "./serve.ts";
