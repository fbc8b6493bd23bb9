import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { type KnownStreams, awkwardText, chance, someOffset } from "./pieces.ts";

const NUMBERS = [
  "0",
  "-0",
  "1e308",
  "1e999",
  "-1e999",
  "9007199254740993",
  "0.1",
  "1e-400",
  "123456789012345678901234567890",
];

/** One JSON message as text: a good one, one with something wrong in it, or none at all. */
export function someMessage(random: SeededRandom, known: KnownStreams): string {
  const members = goodMembers(random, known);
  for (let wrong = random.integer(0, 2); wrong > 0; wrong -= 1) spoil(random, members);
  const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;
  return chance(random, 0.1) ? damage(random, text) : text;
}

/** A JSON value as text; now and then deep, long or out of range. */
export function someValue(random: SeededRandom): string {
  switch (random.integer(0, 11)) {
    case 0:
      return random.pick(["null", "true", "false"]);
    case 1:
      return random.pick(NUMBERS);
    case 2:
      return String(random.integer(-10, 1_000_000));
    case 3:
      return nested(random, random.pick([2, 20, 300]));
    case 4:
      return chance(random, 0.7) ? nested(random, random.pick([1500, 6000, 12_000])) : "[[]]";
    case 5:
      return `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`;
    case 6:
      return chance(random, 0.05) ? JSON.stringify("x".repeat(random.integer(5000, 30_000))) : '"x"';
    case 7:
      return random.pick(['"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\uFFFE"']);
    case 8:
      return `[${Array.from({ length: random.integer(0, 20) }, () => random.pick(NUMBERS)).join(",")}]`;
    default:
      return JSON.stringify(awkwardText(random));
  }
}

type Member = [name: string, value: string];

function goodMembers(random: SeededRandom, known: KnownStreams): Member[] {
  const streamId = (): Member => ["streamId", JSON.stringify(known.pick(random))];
  const action = (name: string): Member => ["action", JSON.stringify(name)];
  switch (random.integer(0, 9)) {
    case 0:
      return [action("ping")];
    case 1:
      return [action("streams"), ["state", random.pick(['"running"', '"ended"', '""', "null"])]];
    case 2:
      return [action("resume"), streamId(), ["offset", JSON.stringify(someOffset(random))]];
    case 3:
      return [action("resume"), streamId()];
    case 4:
      return [action("cancel"), streamId()];
    case 5:
      return [action("cancel"), ["requestId", JSON.stringify(`r${random.integer(0, 50)}`)]];
    case 6:
      return [action("mirror"), [awkwardText(random), someValue(random)]];
    case 7:
      return [action("tokens"), ["count", String(random.integer(0, 20))], ["requestId", `"r${random.integer(0, 50)}"`]];
    case 8:
      return [action("tokens"), ["count", String(random.integer(0, 60))], ["everyMs", String(random.integer(0, 5))]];
    default:
      return [action(awkwardText(random))];
  }
}

/** Puts one thing wrong. */
function spoil(random: SeededRandom, members: Member[]): void {
  const at = random.integer(0, members.length - 1);
  const [name, value] = members[at] ?? ["action", '"ping"'];
  switch (random.integer(0, 4)) {
    case 0:
      members[at] = [name, someValue(random)];
      break;
    case 1:
      members.splice(at, 1);
      break;
    case 2:
      members.push([name, someValue(random)]);
      break;
    case 3:
      members[at] = [awkwardText(random), value];
      break;
    default:
      members.push([
        random.pick(["requestId", "streamId", "offset", "cursor", "token", "__proto__"]),
        someValue(random),
      ]);
  }
}

/** Makes JSON that is none. */
function damage(random: SeededRandom, text: string): string {
  const at = random.integer(0, text.length);
  switch (random.integer(0, 3)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + awkwardText(random) + text.slice(at);
    case 2:
      return `[${text}]`;
    default:
      return "[".repeat(random.pick([1, 50, 10_000])) + text;
  }
}

function nested(random: SeededRandom, depth: number): string {
  if (chance(random, 0.5)) return "[".repeat(depth) + "]".repeat(depth);
  return '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
}
