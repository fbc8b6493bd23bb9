import { parseArgs } from "node:util";
import { readDuration } from "./duration.ts";
import { type Handler, readHandler } from "./handler.ts";
import { UsageError } from "./usage-error.ts";

/** What `sluice emulate` is asked for. */
export interface EmulateOptions {
  readonly port: number;
  readonly stage: string;
  /** By route key. */
  readonly routes: Readonly<Record<string, { readonly handler: Handler; readonly twoWay: boolean }>>;
  readonly authorizer: Handler | undefined;
  /** Of the authorizer, in the case that there is one. */
  readonly identitySources: readonly string[];
  readonly selection: string | undefined;
  readonly idleMs: number | undefined;
  readonly maxAgeMs: number | undefined;
  readonly watch: boolean;
}

/** The CDK's default for WebSocket APIs; no browser can send it. */
const AUTHORIZATION = "route.request.header.Authorization";

export const EMULATE_HELP = `Usage: sluice emulate [HANDLER[#export]] [options]

Runs an API Gateway WebSocket API on this machine, in front of your Lambda handlers.
HANDLER is a module (.js, .mjs, .cjs, .ts); its export is "handler" where nothing else is said.
Alone, it serves $connect, $disconnect and $default.

  --port NUMBER               default 3001; 0 for any free port
  --stage NAME                default dev
  --route KEY=HANDLER[#export]
                              a route of its own; repeatable
  --two-way KEY               a route whose result's body goes back to the client; repeatable
  --authorizer HANDLER[#export]
                              a REQUEST authorizer on $connect
  --identity-source SOURCE    like route.request.querystring.token; repeatable;
                              default route.request.header.Authorization
  --selection EXPRESSION      default '$request.body.action'
  --idle DURATION             default 10m
  --max-age DURATION          default 2h
  --watch                     loads handlers anew when files beside them change
`;

const OPTIONS = {
  port: { type: "string", default: "3001" },
  stage: { type: "string", default: "dev" },
  route: { type: "string", multiple: true, default: [] as string[] },
  "two-way": { type: "string", multiple: true, default: [] as string[] },
  authorizer: { type: "string" },
  "identity-source": { type: "string", multiple: true, default: [] as string[] },
  selection: { type: "string" },
  idle: { type: "string" },
  "max-age": { type: "string" },
  watch: { type: "boolean", default: false },
} as const;

/** Reads the arguments behind `emulate`; throws a `UsageError`. */
export function readEmulateOptions(args: readonly string[]): EmulateOptions {
  const { values, positionals } = parse(args);
  if (positionals.length > 1)
    throw new UsageError(`There can be one handler alone, and "${positionals[1]}" is another.`);
  const { authorizer, idle, "max-age": maxAge, "identity-source": identitySources } = values;
  if (identitySources.length > 0 && authorizer === undefined) {
    throw new UsageError("--identity-source belongs to --authorizer, which is missing.");
  }
  return {
    port: readPort(values.port),
    stage: readStage(values.stage),
    routes: readRoutes(positionals[0], values.route, values["two-way"]),
    authorizer: authorizer === undefined ? undefined : readHandler(authorizer),
    identitySources: identitySources.length > 0 ? identitySources : [AUTHORIZATION],
    selection: values.selection,
    idleMs: idle === undefined ? undefined : readDuration("idle", idle),
    maxAgeMs: maxAge === undefined ? undefined : readDuration("max-age", maxAge),
    watch: values.watch,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (thrown) {
    // Advice follows the first sentence.
    const [sentence = ""] = (thrown as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${sentence.replace(/\.$/, "")}.`, { cause: thrown });
  }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`--port takes a number from 0 to 65535, not "${text}".`);
}

function readStage(text: string): string {
  if (/^[\w-]{1,128}$/.test(text)) return text;
  throw new UsageError(`--stage takes letters, digits, - and _, not "${text}".`);
}

function readRoutes(
  alone: string | undefined,
  routes: readonly string[],
  twoWay: readonly string[],
): EmulateOptions["routes"] {
  const handlers = new Map<string, Handler>();
  if (alone !== undefined) {
    const handler = readHandler(alone);
    for (const key of ["$connect", "$disconnect", "$default"]) handlers.set(key, handler);
  }
  const named = new Set<string>();
  for (const route of routes) {
    const [, key = "", handler = ""] = /^([^=]+)=(.+)$/s.exec(route) ?? [];
    if (key === "") throw new UsageError(`--route takes KEY=HANDLER[#export], not "${route}".`);
    if (named.has(key)) throw new UsageError(`The route "${key}" is given twice.`);
    named.add(key);
    handlers.set(key, readHandler(handler));
  }
  if (handlers.size === 0) throw new UsageError("Name a handler or a --route, as `sluice emulate --help` says.");
  const stranger = twoWay.find((key) => !handlers.has(key));
  if (stranger !== undefined) throw new UsageError(`--two-way names the route "${stranger}", which there is not.`);
  return Object.fromEntries(Array.from(handlers, ([key, handler]) => [key, { handler, twoWay: twoWay.includes(key) }]));
}
