import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../../clock.ts";
import { isJsonObject, type JsonObject } from "../../protocol/json.ts";
import { readAnthropic } from "./anthropic-request.ts";
import { anthropicShape } from "./anthropic-shape.ts";
import { type Call, CallLog, CallRecord } from "./calls.ts";
import { readConverse } from "./converse-request.ts";
import { converseShape } from "./converse-shape.ts";
import { EmulatedError, invalid, toEmulatedError } from "./errors.ts";
import { Exchange, refuse } from "./exchange.ts";
import { FaultDealer, type FaultPlan } from "./fault-plan.ts";
import { operationOf } from "./operation.ts";
import { MODEL_PACE, type Pace } from "./pace.ts";
import { listen } from "./port.ts";
import type { StandIn } from "./stand-in.ts";
import type { Wire } from "./wire.ts";

export interface BedrockEmulatorOptions {
  /** Who answers for which model id. */
  readonly models?: Readonly<Record<string, StandIn>>;
  /** Who answers for every other id; without it they are not found (ResourceNotFoundException). */
  readonly fallback?: StandIn;
  /** Default: the first token after 300 ms, then 60 a second. `FLAT_OUT` waits for nothing. */
  readonly pace?: Partial<Pace>;
  /** What goes wrong with the first calls; default: nothing. */
  readonly faults?: FaultPlan;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** How many of the last calls `calls` keeps, with their bodies; default 100. */
  readonly keepCalls?: number;
  readonly clock?: Clock;
}

/** A Bedrock runtime on loopback, for the unmodified AWS SDK over HTTP/2 and HTTP/1.1. */
export interface BedrockEmulator extends AsyncDisposable {
  /** The SDK's `endpoint`. */
  readonly url: string;
  readonly port: number;
  /** The last calls, oldest first; the records are live. */
  readonly calls: readonly Call[];
  /** The next call that comes in from now on. */
  nextCall(): Promise<Call>;
  /** What goes wrong with the calls from now on, in place of what was planned before; without a plan nothing does. */
  fail(plan?: FaultPlan): void;
  /** Stops listening and cuts what is open. */
  close(): Promise<void>;
}

/** Starts an emulator; rejects where the port is taken. */
export async function startBedrockEmulator(options: BedrockEmulatorOptions): Promise<BedrockEmulator> {
  const { host = "127.0.0.1", clock = systemClock } = options;
  const log = new CallLog(options.keepCalls ?? 100);
  const pace = { ...MODEL_PACE, ...options.pace };
  const faults = new FaultDealer(options.faults);
  const models = new Map(Object.entries(options.models ?? {}));

  const answer = async (wire: Wire, id: string): Promise<void> => {
    const { operation, modelId } = operationOf(wire.method, wire.path);
    const body = parse(await wire.body());
    const call = new CallRecord({ id, operation, modelId, body, startedAt: clock.now() });
    log.add(call);
    try {
      await exchangeOf(wire, call).run();
    } catch (thrown) {
      call.end("finished", clock.now());
      throw thrown;
    }
  };

  /** Throws where the request is refused before any stand-in sees it. */
  const exchangeOf = (wire: Wire, call: CallRecord): Exchange => {
    const { id, operation, modelId, body } = call;
    const standIn = models.get(modelId) ?? options.fallback;
    if (standIn === undefined) throw new EmulatedError("ResourceNotFoundException", `There is no model "${modelId}".`);
    const converses = operation === "Converse" || operation === "ConverseStream";
    const prompt = converses ? readConverse(modelId, body) : readAnthropic(modelId, body);
    const shape = (converses ? converseShape : anthropicShape)({
      id,
      modelId,
      elapsed: () => Math.max(0, Math.round(clock.now() - call.startedAt)),
    });
    const streams = operation === "ConverseStream" || operation === "InvokeModelWithResponseStream";
    const rule = faults.take(operation, prompt) ?? {};
    return new Exchange({ wire, call, prompt, standIn, shape, streams, pace, rule, clock });
  };

  const port = await listen(host, options.port ?? 0, (wire) => {
    const id = randomUUID();
    answer(wire, id).catch((thrown: unknown) => refuse(wire, toEmulatedError(thrown), id));
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port.port}`,
    port: port.port,
    calls: log.calls,
    nextCall: () => log.next(),
    fail: (plan) => faults.plan(plan ?? []),
    close: () => port.close(),
    [Symbol.asyncDispose]: () => port.close(),
  };
}

function parse(bytes: Buffer): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw invalid("The body is not JSON.");
  }
  if (!isJsonObject(body)) throw invalid("The body must be a JSON object.");
  return body;
}
