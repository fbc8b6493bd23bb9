/**
 * A Bedrock runtime on loopback for the unmodified AWS SDK: stand-ins play the models.
 * @module
 */
export type { Call } from "./calls.ts";
export { type BedrockEmulator, type BedrockEmulatorOptions, startBedrockEmulator } from "./emulator.ts";
export { EmulatedError, type ErrorType, type StreamException } from "./errors.ts";
export type { Break, Fault, FaultPlace } from "./fault.ts";
export type { FaultMatch, FaultPlan, FaultRule } from "./fault-plan.ts";
export type { Operation } from "./operation.ts";
export { FLAT_OUT, MODEL_PACE, type Pace } from "./pace.ts";
export * from "./stand-in.ts";
