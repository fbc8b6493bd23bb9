import { readFileSync } from "node:fs";

/** The version of this package; "unknown" where it was bundled away from its manifest. */
export function packageVersion(): string {
  try {
    const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      name?: unknown;
      version?: unknown;
    };
    return manifest.name === "sluice" ? String(manifest.version) : "unknown";
  } catch {
    return "unknown";
  }
}
