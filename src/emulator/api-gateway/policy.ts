import { isJsonObject, type Json } from "../../protocol/json.ts";

const ACTION = "execute-api:invoke";
const READ = ["Sid", "Effect", "Action", "Resource"];

/**
 * Whether an IAM policy document lets `execute-api:Invoke` through to the resource; an explicit Deny wins. A statement with
 * elements that are not read here (`Condition`, `NotResource` …) never allows, and denies whatever it might deny. Throws where
 * the document has no such shape.
 */
export function allows(document: unknown, resource: string): boolean {
  if (!isJsonObject(document)) throw new TypeError("policyDocument is no object.");
  let allowed = false;
  for (const statement of statementsOf(document["Statement"])) {
    const applies = matchesAny(statement.actions, ACTION) && matchesAny(statement.resources, resource);
    if (statement.effect === "Deny" && (applies || statement.unread)) return false;
    if (statement.effect === "Allow" && applies && !statement.unread) allowed = true;
  }
  return allowed;
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly unread: boolean;
}

function statementsOf(value: Json | undefined): Statement[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((statement: unknown) => {
    if (!isJsonObject(statement)) throw new TypeError("A policy statement is no object.");
    const { Effect: effect, Action: action, Resource: resource } = statement;
    if (effect !== "Allow" && effect !== "Deny") throw new TypeError("A policy statement's Effect is Allow or Deny.");
    const unread = Object.keys(statement).some((name) => !READ.includes(name));
    return {
      effect,
      actions: textsOf(action, unread).map((text) => text.toLowerCase()),
      resources: textsOf(resource, unread),
      unread,
    };
  });
}

function textsOf(value: Json | undefined, optional: boolean): string[] {
  if (value === undefined && optional) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((text) => {
    if (typeof text !== "string") throw new TypeError("A policy statement's Action and Resource are texts.");
    return text;
  });
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text));
}

/** `*` stands for any characters, `?` for one. Goes back to the last star only, so that no pattern is slow. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let mark = 0;
  for (let index = 0; index < text.length;) {
    if (pattern[at] === "*") {
      star = at;
      mark = index;
      at += 1;
    } else if (pattern[at] === "?" || (at < pattern.length && pattern[at] === text[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      mark += 1;
      index = mark;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
