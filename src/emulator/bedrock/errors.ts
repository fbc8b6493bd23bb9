/** Error types that Bedrock answers with before a stream begins, and their HTTP status (API reference, "Errors"). */
const STATUS = {
  AccessDeniedException: 403,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  ValidationException: 400,
} as const;

export type ErrorType = keyof typeof STATUS;

/** Exceptions that may come inside a stream, by their names on the wire. */
export type StreamException =
  | "internalServerException"
  | "modelStreamErrorException"
  | "modelTimeoutException"
  | "serviceUnavailableException"
  | "throttlingException"
  | "validationException";

/** Throw it from a stand-in to answer as Bedrock does when it refuses a request: status, `x-amzn-errortype`, JSON message. */
export class EmulatedError extends Error {
  readonly type: ErrorType;
  readonly status: number;

  constructor(type: ErrorType, message: string, status: number = STATUS[type]) {
    super(message);
    this.name = "EmulatedError";
    this.type = type;
    this.status = status;
  }
}

/** A request that Bedrock would refuse. */
export function invalid(message: string): EmulatedError {
  return new EmulatedError("ValidationException", message);
}

/** What a client may know of anything thrown while a request was answered. */
export function toEmulatedError(thrown: unknown): EmulatedError {
  if (thrown instanceof EmulatedError) return thrown;
  return new EmulatedError("InternalServerException", "The stand-in failed.");
}

/** The same error as it is told once the stream has begun. */
export function toStreamException(error: EmulatedError): StreamException {
  switch (error.type) {
    case "ModelErrorException":
      return "modelStreamErrorException";
    case "ModelTimeoutException":
      return "modelTimeoutException";
    case "ModelNotReadyException":
    case "ThrottlingException":
      return "throttlingException";
    case "ServiceUnavailableException":
      return "serviceUnavailableException";
    case "ValidationException":
      return "validationException";
    default:
      return "internalServerException";
  }
}

/** The error by either of its names. */
export function errorNamed(exception: StreamException | ErrorType, message: string): EmulatedError {
  const type = `${exception.charAt(0).toUpperCase()}${exception.slice(1)}`;
  return new EmulatedError(type === "ModelStreamErrorException" ? "ModelErrorException" : (type as ErrorType), message);
}
