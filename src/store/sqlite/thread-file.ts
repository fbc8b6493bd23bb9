/** The file that a thread of this folder runs: the compiler leaves addresses as they are, so it has this one's ending. */
export function threadFile(name: string): URL {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`./${name}.${ending}`, import.meta.url);
}
