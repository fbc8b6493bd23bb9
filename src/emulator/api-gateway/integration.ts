import type { Clock } from "../../clock.ts";
import { isJsonObject, type JsonObject } from "../../protocol/json.ts";
import type { LambdaFunction } from "../lambda/function.ts";

/** What a Lambda proxy integration answers. */
export interface IntegrationResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded where it came as base64. */
  readonly body?: string;
}

const MEMBERS = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/** How API Gateway calls functions: it waits so long and no longer, and the function knows nothing of it. */
export class Integration {
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with what the function threw, or where it takes too long or its result has another shape. */
  async call(target: LambdaFunction, event: unknown): Promise<IntegrationResult> {
    return resultOf(await this.invoke(target, event));
  }

  /** The same, with whatever the function returns. */
  invoke(target: LambdaFunction, event: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const late = new Error(`${target.name} took longer than ${this.#timeoutMs} ms.`);
      const stop = this.#clock.after(this.#timeoutMs, () => reject(late));
      target.invoke(event).then(resolve, reject).finally(stop);
    });
  }
}

/** A result with any other member is malformed, as on AWS. */
function resultOf(value: unknown): IntegrationResult {
  if (!isJsonObject(value)) throw new TypeError("The result is no object.");
  const stranger = Object.keys(value).find((name) => !MEMBERS.includes(name));
  if (stranger !== undefined) throw new TypeError(`The result has a member "${stranger}".`);
  const statusCode = Number(value["statusCode"]);
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) {
    throw new TypeError("The result has no statusCode.");
  }
  const body = value["body"] ?? undefined;
  if (body !== undefined && typeof body !== "string") throw new TypeError("The result's body is no text.");
  const decoded = body !== undefined && value["isBase64Encoded"] === true ? fromBase64(body) : body;
  return { statusCode, headers: headersOf(value), ...(decoded !== undefined && { body: decoded }) };
}

function fromBase64(body: string): string {
  return Buffer.from(body, "base64").toString("utf8");
}

/** Names in lower case. */
function headersOf(result: JsonObject): Record<string, string> {
  const headers = result["headers"] ?? {};
  const lists = result["multiValueHeaders"] ?? {};
  if (!isJsonObject(headers) || !isJsonObject(lists)) throw new TypeError("The result's headers are no object.");
  const all: Record<string, string> = {};
  for (const [name, value] of [...Object.entries(lists), ...Object.entries(headers)]) {
    all[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : String(value);
  }
  return all;
}
