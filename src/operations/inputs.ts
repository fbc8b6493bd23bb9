import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isJsonObject } from "../protocol/json.ts";

const MOST_CHARACTERS = 128;

/** An input of these fields, each a text of 1 to 128 characters. */
export function texts<Name extends string>(...names: Name[]): StandardSchemaV1<Readonly<Record<Name, string>>> {
  return {
    "~standard": {
      version: 1,
      vendor: "sluice",
      validate(message) {
        const given: Readonly<Record<string, unknown>> = isJsonObject(message) ? message : {};
        const wrong = names.filter((name) => !isShortText(given[name]));
        if (wrong.length > 0) return { issues: wrong.map((name) => ({ message: EXPECTED, path: [name] })) };
        const value = Object.fromEntries(names.map((name) => [name, given[name]])) as Record<Name, string>;
        return { value };
      },
    },
  };
}

const EXPECTED = `must be a text of 1 to ${MOST_CHARACTERS} characters`;

function isShortText(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= MOST_CHARACTERS;
}
