import { Readable } from "node:stream";
import type { ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { SluiceError } from "../../protocol/errors.ts";

const EVENT_STREAM = "application/vnd.amazon.eventstream";

/** What an SDK's request handler gives, as far as we look at it. */
interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

const nothing = { async *[Symbol.asyncIterator]() {} };

/**
 * Takes the bytes of a successful response past the SDK, whose own decoding costs more than everything else on their way; the
 * SDK is left with an empty stream. Signing, endpoints, retries and refusals stay its business: this is the middleware next to
 * the request handler, and belongs to this one command, not to the client.
 */
export function takeBody(command: ConverseStreamCommand, onBody: (body: Readable) => void): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      if (response.statusCode < 200 || response.statusCode >= 300) return result;
      const body = readableOf(response.body);
      const type = response.headers["content-type"] ?? EVENT_STREAM;
      if (!type.startsWith(EVENT_STREAM)) {
        body.on("error", () => {}).destroy();
        throw new SluiceError("upstream_error", "The model provider answered with something that is no event stream.");
      }
      onBody(body);
      response.body = nothing;
      return result;
    },
    { name: "sluiceTakeBody", step: "deserialize", priority: "low" },
  );
}

/** A request handler of the user's own may bring a web stream. */
function readableOf(body: unknown): Readable {
  return body instanceof Readable ? body : Readable.from(body as AsyncIterable<Uint8Array>);
}
