import { type FSWatcher, watch } from "node:fs";
import { relative, join, sep } from "node:path";

/** Editors write a file in several steps. */
const QUIET_MS = 100;

export interface Watching {
  close(): void;
}

/** Calls back once files below the folders have changed and no more do; with the last one's path, from here. */
export function watchFiles(folders: Iterable<string>, changed: (path: string) => void): Watching {
  let timer: NodeJS.Timeout | undefined;
  const watchers = outermost(folders).map((folder): FSWatcher => {
    const watcher = watch(folder, { recursive: true, ignore: isForeign });
    watcher.on("change", (_, name) => {
      if (name === null || isForeign(String(name))) return;
      clearTimeout(timer);
      timer = setTimeout(() => changed(relative(process.cwd(), join(folder, String(name)))), QUIET_MS);
    });
    // A folder that went away while it was looked at.
    watcher.on("error", () => {});
    return watcher;
  });
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Folders that lie in others of them are watched with those. */
function outermost(folders: Iterable<string>): string[] {
  const all = Array.from(new Set(folders));
  return all.filter((folder) => !all.some((other) => other !== folder && folder.startsWith(other + sep)));
}

/** Packages, and what tools keep for themselves. */
function isForeign(path: string): boolean {
  return path.split(sep).some((part) => part === "node_modules" || part.startsWith("."));
}
