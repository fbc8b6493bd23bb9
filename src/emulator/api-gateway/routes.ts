import type { LambdaFunction } from "../lambda/function.ts";
import type { Settings, WebSocketRoute } from "./options.ts";
import { readSelection, type Selection } from "./selection.ts";

const RESERVED = ["$connect", "$disconnect", "$default"];

export interface ChosenRoute extends WebSocketRoute {
  readonly key: string;
}

/** The route table of an API. */
export class Routes {
  readonly connect: LambdaFunction | undefined;
  readonly disconnect: LambdaFunction | undefined;
  readonly #routes: ReadonlyMap<string, ChosenRoute>;
  readonly #selection: Selection;

  /** Throws at a route key that API Gateway would not take, and at a selection that cannot be read. */
  constructor({ routes, selection, authorizer }: Pick<Settings, "routes" | "selection" | "authorizer">) {
    this.#routes = new Map(Object.entries(routes).map(([key, value]) => [key, routeOf(key, value)]));
    this.connect = this.#routes.get("$connect")?.function;
    this.disconnect = this.#routes.get("$disconnect")?.function;
    this.#selection = readSelection(selection);
    if (authorizer !== undefined && this.connect === undefined) {
      throw new TypeError("An authorizer needs a $connect route: it belongs to it.");
    }
  }

  /** The route of a message; undefined where none matches and there is no `$default`. */
  choose(message: string): ChosenRoute | undefined {
    const key = this.#selection(message);
    const own = key === undefined || key.startsWith("$") ? undefined : this.#routes.get(key);
    return own ?? this.#routes.get("$default");
  }
}

function routeOf(key: string, value: LambdaFunction | WebSocketRoute): ChosenRoute {
  if (key.startsWith("$") && !RESERVED.includes(key))
    throw new TypeError(`A route key may not start with $: "${key}".`);
  return "function" in value ? { ...value, key } : { function: value, key };
}
