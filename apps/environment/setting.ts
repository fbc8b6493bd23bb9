/** Gives a variable's value; an empty one counts as unset. */
export type Read = (name: string) => string | undefined;

/** A value that cannot be used; its message is one sentence that says what to do. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** The part before the first colon in lower case, and the rest. */
export function split(value: string): [kind: string, rest: string] {
  const colon = value.indexOf(":");
  return colon < 0 ? [value.toLowerCase(), ""] : [value.slice(0, colon).toLowerCase(), value.slice(colon + 1)];
}

export function isHttpUrl(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
