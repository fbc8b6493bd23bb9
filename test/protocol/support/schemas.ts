import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { SCHEMAS } from "./vector.ts";

/** The schemas of the protocol; a reference goes to another file by its name. */
const ajv = new Ajv2020({ allErrors: false, strict: true, strictRequired: false, strictTypes: false });
for (const name of readdirSync(SCHEMAS)) {
  ajv.addSchema(JSON.parse(readFileSync(join(SCHEMAS, name), "utf8")) as object, name);
}

export const schemaNames: readonly string[] = readdirSync(SCHEMAS);

/** Whether the value fits the schema in this file, or at this place in it (`event.json#/$defs/usage`). */
export function fits(schema: string, value: unknown): boolean {
  return problemsOf(schema, value) === undefined;
}

/** Throws, with the reason, where the value does not fit. */
export function mustFit(schema: string, value: unknown): void {
  const problems = problemsOf(schema, value);
  if (problems !== undefined)
    throw new Error(`${JSON.stringify(value).slice(0, 500)} does not fit ${schema}: ${problems}`);
}

function problemsOf(schema: string, value: unknown): string | undefined {
  const validate = ajv.getSchema(schema);
  if (validate === undefined) throw new Error(`There is no schema ${schema}.`);
  return validate(value) === true ? undefined : ajv.errorsText(validate.errors ?? null);
}
