/**
 * AWS at home, for tests and laptops: a WebSocket API of API Gateway; Lambda functions, their URLs and their Invoke API; S3.
 * @module
 */
export * from "./api-gateway/index.ts";
export { FunctionError, type LambdaFunction, type ResponseMetadata, type ResponseSink } from "./lambda/function.ts";
export { type FunctionUrlOptions, functionUrl } from "./lambda/function-url.ts";
export { type LocalFunctions, lambdaApi, startLambdaApi } from "./lambda/lambda-api.ts";
export { type LocalFunction, type LocalFunctionOptions, localFunction } from "./lambda/local-function.ts";
export { type S3Emulator, type S3EmulatorOptions, startS3Emulator } from "./s3/index.ts";
