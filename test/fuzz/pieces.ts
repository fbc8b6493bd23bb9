import type { SeededRandom } from "../../src/testing/seeded-random.ts";

export function chance(random: SeededRandom, probability: number): boolean {
  return random.next() < probability;
}

export function randomBytes(random: SeededRandom, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) bytes[at] = random.integer(0, 255);
  return bytes;
}

/** Names that mean something to JavaScript, to routers, to file systems or to logs. */
const AWKWARD = [
  "",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "$connect",
  "$default",
  "null",
  "..",
  "%2e%2e%2f",
  "\0",
  "\ud800",
  "\udfff\ud800",
  "\u2028",
  "\ufeff",
  "'; drop table streams; --",
  "a\r\nb",
  "😀".repeat(40),
  "x".repeat(128),
  "x".repeat(129),
  "x".repeat(5000),
];

export function awkwardText(random: SeededRandom): string {
  if (chance(random, 0.7)) return random.pick(AWKWARD);
  return Array.from({ length: random.integer(0, 30) }, () => String.fromCharCode(random.integer(0, 0xffff))).join("");
}

/** Ids of streams that the server gave out, so that later input can name them. */
export class KnownStreams {
  readonly #ids: string[] = [];
  readonly #most = 200;

  add(streamId: string): void {
    if (this.#ids.length < this.#most) this.#ids.push(streamId);
    else this.#ids[streamId.charCodeAt(0) % this.#most] = streamId;
  }

  pick(random: SeededRandom): string {
    const at = random.integer(0, this.#most - 1);
    return this.#ids[at] ?? "AAAAAAAAAAAAAAAAAAAAAA";
  }
}

const OFFSETS = [
  "1-0",
  "1-1",
  "1-3",
  "",
  "0-0",
  "1--1",
  "01-1",
  "2-0",
  "1-999999999999999",
  "1e3-1",
  "x",
  "1-1-1",
  " 1-1",
];

export function someOffset(random: SeededRandom): string {
  return chance(random, 0.9) ? random.pick(OFFSETS) : awkwardText(random);
}
