import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SRC = join(ROOT, "src");

interface Import {
  readonly from: string;
  /** A path below src/ for our own files, else the name as it is written. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name),
);
const imports = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), "utf8");
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)";/gms);
  return Array.from(statements, ([whole, type, target]) => ({
    from: file,
    to: target!.startsWith(".") ? relative(SRC, resolve(SRC, dirname(file), target!)) : target!,
    typeOnly: type !== undefined || onlyTypes(whole),
  }));
}

function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/s.exec(statement)?.[1];
  return (
    names !== undefined &&
    names
      .split(",")
      .filter((name) => name.trim() !== "")
      .every((name) => name.trim().startsWith("type "))
  );
}

function room(file: string): string {
  const [first, second] = file.split("/");
  return second === undefined || first === "steward" ? "core" : first!;
}

/** Implementations of contracts, and the contract file of each. */
const CONTRACTS = ["store", "records", "roster", "blobs", "hub", "bus", "quotas", "transport", "dialect", "source"];
/** Small things that anybody in the house may use. */
const COMMON = ["clock.ts", "limits.ts", "logger.ts", "backend.ts", "cursor.ts", "ids.ts", "windows.ts"];

describe("who may import whom (the house)", () => {
  it("protocol/ imports nothing outside itself", () => {
    expect(imports.filter(({ from, to }) => room(from) === "protocol" && room(to) !== "protocol")).toEqual([]);
  });

  it("core files import contracts, never an implementation, a host or a platform", () => {
    const wrong = imports.filter(({ from, to }) => {
      if (room(from) !== "core" || from === "index.ts") return false;
      const foreign = !to.endsWith(".ts");
      return foreign ? to !== "@standard-schema/spec" : room(to) !== "core" && room(to) !== "protocol";
    });
    expect(wrong).toEqual([]);
  });

  it("implementations import their contract, protocol/ and the common files, never each other, never the gateway", () => {
    const wrong = imports.filter(({ from, to }) => {
      const own = room(from);
      if (!CONTRACTS.includes(own) || !to.endsWith(".ts")) return false;
      const target = room(to);
      if (target === own || target === "protocol") return false;
      if (target === "core") return to !== `${own}.ts` && !COMMON.includes(to) && !CONTRACTS.includes(to.slice(0, -3));
      return !sharesBackEnd(from, to);
    });
    expect(wrong).toEqual([]);
  });

  it("operations/ is a system like any other: it sees the engine by type only, and only hosts know it", () => {
    const runtime = ["route.ts", "gateway.ts", "pace-bounds.ts"];
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      if (from.includes("/test-support/") || !to.endsWith(".ts")) return false;
      if (room(from) !== "operations") return room(to) === "operations" && room(from) !== "host";
      if (["operations", "protocol"].includes(room(to))) return false;
      return room(to) !== "core" || !(typeOnly || runtime.includes(to));
    });
    expect(wrong).toEqual([]);
  });

  it("client/ reaches protocol/, and the rest of the server by type only", () => {
    const wrong = imports.filter(
      ({ from, to, typeOnly }) =>
        room(from) === "client" && !typeOnly && to.endsWith(".ts") && !["client", "protocol"].includes(room(to)),
    );
    expect(wrong).toEqual([]);
  });

  it("react-ui/ stands on react/, which stands on client/, which stands on protocol/", () => {
    const beneath: Record<string, readonly string[]> = {
      react: ["react", "client", "protocol"],
      "react-ui": ["react-ui", "react", "client", "protocol"],
    };
    const wrong = imports.filter(({ from, to }) => {
      const rooms = beneath[room(from)];
      if (rooms === undefined || from.includes("/test-support/")) return false;
      return to.endsWith(".ts") || to.endsWith(".tsx") ? !rooms.includes(room(to)) : to !== "react";
    });
    expect(wrong).toEqual([]);
  });

  it("only the rooms that may touch node: and AWS do", () => {
    const node =
      /^(host|cli|emulator|testing|[a-z]+\/(sqlite|dynamodb)|blobs\/(disk|s3)|transport\/websocket|source\/bedrock)/;
    const aws = /^(host\/lambda|emulator|[a-z]+\/dynamodb|blobs\/s3|source\/bedrock)/;
    const wrong = imports.filter(
      ({ from, to }) =>
        (to.startsWith("node:") && !node.test(from)) || (/^@(aws-sdk|smithy)\//.test(to) && !aws.test(from)),
    );
    expect(wrong).toEqual([]);
  });

  it("has no runtime import cycle", () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) {
      if (!typeOnly && /\.tsx?$/.test(to)) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    expect(cycleIn(graph)).toBeUndefined();
  });
});

describe("the package", () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
  };

  it("exports mirror src/: every door has its source file", () => {
    const doors = Object.values(manifest.exports).filter((door) => typeof door !== "string");
    const missing = doors.filter((door) => {
      // Styles are their own source.
      if (door["default"]!.endsWith(".css")) return !existsSync(join(ROOT, door["default"]!));
      const pattern = new RegExp(
        `^${door["sluice-source"]!.replace("./src/", "").replace(".", "\\.").replace("*", "[a-z-]+")}$`,
      );
      return !files.some((file) => pattern.test(file));
    });
    expect(missing).toEqual([]);
  });

  it("keeps its files small: none above 400 lines", () => {
    const long = files.filter((file) => readFileSync(join(SRC, file), "utf8").split("\n").length > 400);
    expect(long).toEqual([]);
  });
});

/** A back end's implementations may share the file that opens it, and be handed out together. */
function sharesBackEnd(from: string, to: string): boolean {
  const backEnds = ["sqlite", "memory", "disk", "dynamodb", "redis"];
  return backEnds.some((name) => from.includes(name)) && backEnds.some((name) => to.includes(name));
}

function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
