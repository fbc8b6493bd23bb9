import { isJsonObject, type Json } from "../../protocol/json.ts";

/** Gives the route key that a message asks for; undefined where the expression cannot be evaluated on it. */
export type Selection = (message: string) => string | undefined;

type Part = { readonly literal: string } | { readonly path: readonly string[] };

/** An escaped character, `${name}`, `$name`, or a run of anything else. */
const TOKEN = /\\(?<escaped>.)|\$\{(?<braced>[^}]*)\}|\$(?<bare>[\w-]+(?:\.[\w-]+)*)|(?<text>[^\\$]+|[\\$])/gsu;
const BODY = "request.body.";

/**
 * Reads a route selection expression ("WebSocket selection expressions" of the API Gateway guide): variables of
 * `request.body` and literals in any number, evaluated once. Throws where it names another variable.
 */
export function readSelection(expression: string): Selection {
  const parts = Array.from(expression.matchAll(TOKEN), ({ groups }): Part => {
    const { escaped, braced, bare, text } = groups ?? {};
    const name = braced ?? bare;
    return name === undefined ? { literal: escaped ?? text ?? "" } : { path: pathOf(name) };
  });
  return (message) => {
    const body = parsed(message);
    let key = "";
    for (const part of parts) {
      const text = "literal" in part ? part.literal : textAt(body, part.path);
      if (text === undefined) return undefined;
      key += text;
    }
    return key;
  };
}

function pathOf(name: string): string[] {
  if (!name.startsWith(BODY)) throw new TypeError(`A route is selected by $${BODY}*, not by "${name}".`);
  return name.slice(BODY.length).split(".");
}

function parsed(message: string): Json | undefined {
  try {
    return JSON.parse(message) as Json;
  } catch {
    return undefined;
  }
}

/** That numbers and booleans select by their text is not documented. */
function textAt(body: Json | undefined, path: readonly string[]): string | undefined {
  let value = body;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
