/** Error types of `@connections`, and their HTTP status. */
const STATUS = {
  BadRequestException: 400,
  ForbiddenException: 403,
  GoneException: 410,
  PayloadTooLargeException: 413,
  LimitExceededException: 429,
  InternalServerException: 500,
} as const;

/** Why a request to `@connections` is refused; the SDK throws an error of the same name. */
export class ManagementError extends Error {
  override readonly name: keyof typeof STATUS;
  readonly status: number;

  constructor(name: keyof typeof STATUS, message: string) {
    super(message);
    this.name = name;
    this.status = STATUS[name];
  }
}
