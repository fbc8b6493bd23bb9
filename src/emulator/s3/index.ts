/**
 * Amazon S3 at home: objects in memory, for the unmodified AWS SDK.
 * @module
 */
export { type S3Emulator, type S3EmulatorOptions, startS3Emulator } from "./emulator.ts";
