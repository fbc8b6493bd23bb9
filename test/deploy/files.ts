import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Document, parseAllDocuments } from "yaml";

export const ROOT: string = resolve(import.meta.dirname, "../..");
export const DEPLOY: string = join(ROOT, "deploy");

/** Files below `deploy/` of the rooms that are about nodes, as paths from `deploy/`. */
export const deployFiles: readonly string[] = ["docker", "kubernetes", "grafana"].flatMap((room) =>
  readdirSync(join(DEPLOY, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(DEPLOY.length + 1)),
);

export function textOf(file: string): string {
  return readFileSync(join(DEPLOY, file), "utf8");
}

export function documentsOf(file: string): Document[] {
  return parseAllDocuments(textOf(file), { merge: true }) as Document[];
}

/** What a file of one YAML document says, merges done. */
export function yamlOf<Shape>(file: string): Shape {
  const [document, ...others] = documentsOf(file);
  if (document === undefined || others.length > 0) throw new Error(`${file} is not one document.`);
  return document.toJS() as Shape;
}

/** The names of variables that the systems read, as the text of their code says. */
export function variablesRead(): ReadonlySet<string> {
  const folder = join(ROOT, "apps");
  const files = ["environment.ts", ...readdirSync(join(folder, "environment")).map((name) => `environment/${name}`)];
  const text = files
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  return new Set(Array.from(text.matchAll(/"([A-Z][A-Z0-9_]{3,})"/g), ([, name]) => name!));
}

/** `30s`, in milliseconds. */
export function secondsOf(text: string): number {
  return Number(/^(\d+)s$/.exec(text)![1]) * 1000;
}

/** What closing takes beside the grace time, at most: each wait of `shutDown` in `src/host/node/serve.ts`, one after the other. */
export function closingMs(): number {
  const serve = readFileSync(join(ROOT, "src/host/node/serve.ts"), "utf8");
  const waits = serve.split("CLOSE_WAIT_MS").length - 2;
  return waits * Number(/const CLOSE_WAIT_MS = (\d+);/.exec(serve)![1]);
}
