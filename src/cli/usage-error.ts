/** The command line, or what it names, is wrong; the message is one sentence that says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
