import { isJsonObject, type Json, type JsonObject } from "sluice/protocol";

const STREAM_ID = /\$streamId\d*/g;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** What the placeholders of one vector stand for (PROTOCOL.md section 14). */
export class Placeholders {
  readonly #streamIds = new Map<string, string>();

  /** The text with the known stream ids filled in. */
  fill(text: string): string {
    return text.replace(STREAM_ID, (name) => this.#streamIds.get(name) ?? name);
  }

  /** What is expected, with each placeholder replaced by what came, where that is of its kind. */
  resolve(expected: Json, actual: unknown): Json {
    if (typeof expected === "string") return expected.includes("$") ? this.#resolveText(expected, actual) : expected;
    if (Array.isArray(expected)) {
      const items = Array.isArray(actual) ? (actual as unknown[]) : [];
      return expected.map((item: Json, index) => this.resolve(item, items[index]));
    }
    if (!isJsonObject(expected)) return expected;
    const members = isJsonObject(actual) ? actual : ({} as JsonObject);
    return Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [name, this.resolve(value!, members[name])]),
    );
  }

  #resolveText(expected: string, actual: unknown): Json {
    const value = actual as Json;
    switch (expected) {
      case "$any":
        return value;
      case "$time":
        return typeof value === "string" && TIME.test(value) ? value : "(a time)";
      case "$number":
        return typeof value === "number" ? value : "(a number)";
      case "$text":
        return typeof value === "string" && value !== "" ? value : "(a text)";
      default:
        this.#bind(expected, value);
        return this.fill(expected);
    }
  }

  /** The first text that stands where an id is expected is that id, and no other placeholder's. */
  #bind(name: string, value: Json): void {
    if (name.replace(STREAM_ID, "") !== "" || this.#streamIds.has(name) || typeof value !== "string") return;
    if (![...this.#streamIds.values()].includes(value)) this.#streamIds.set(name, value);
  }
}
