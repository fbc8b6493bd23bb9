import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { someMessage } from "./json-grammar.ts";
import { type KnownStreams, chance, randomBytes } from "./pieces.ts";

/** RFC 6455 section 5.2, with every way to get it wrong. */
export interface FrameParts {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** The length that the header tells; that of the payload by default. */
  readonly length?: number;
  /** Tells the length in more bytes than it needs. */
  readonly longForm?: 126 | 127;
}

const MASK = Buffer.from([0x12, 0x9c, 0x00, 0xff]);

export function frame({ opcode, payload, fin = true, reserved = 0, masked = true, ...said }: FrameParts): Buffer {
  const length = said.length ?? payload.length;
  const form = said.longForm ?? (length < 126 ? length : length < 0x1_0000 ? 126 : 127);
  const extended = Buffer.alloc(form === 126 ? 2 : form === 127 ? 8 : 0);
  if (form === 126) extended.writeUInt16BE(length & 0xffff);
  if (form === 127) extended.writeBigUInt64BE(BigInt(length));
  const head = Buffer.from([(fin ? 0x80 : 0) | (reserved << 4) | opcode, (masked ? 0x80 : 0) | form]);
  if (!masked) return Buffer.concat([head, extended, payload]);
  const hidden = Buffer.from(payload.map((byte, at) => byte ^ MASK[at % 4]!));
  return Buffer.concat([head, extended, MASK, hidden]);
}

export function textFrame(text: string): Buffer {
  return frame({ opcode: 1, payload: Buffer.from(text, "utf8") });
}

/** What a client sends at once. */
export interface Volley {
  readonly bytes: Buffer;
  readonly frames: number;
  /** The last frame is not whole, or a message is still open: nothing can be asked behind it. */
  readonly unfinished: boolean;
  /** A close code that it contains. */
  readonly closeCode?: number;
}

const CLOSE_CODES = [
  0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1011, 1012, 1015, 1016, 2999, 3000, 4008, 4999, 5000,
  65_535,
];
const INVALID_UTF8 = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]];

/** Frames that a server has to take, whatever their messages say. */
export function rudeVolley(random: SeededRandom, known: KnownStreams): Volley {
  const parts = Array.from({ length: random.integer(1, 60) }, () => harmless(random, known)).flat();
  return { bytes: Buffer.concat(parts), frames: parts.length, unfinished: false };
}

/** Frames that break the protocol, or end the connection. */
export function brokenVolley(random: SeededRandom): Volley {
  const { frames, unfinished = false, closeCode } = harmful(random);
  const code = closeCode === undefined ? {} : { closeCode };
  return { bytes: Buffer.concat(frames), frames: frames.length, unfinished, ...code };
}

function harmless(random: SeededRandom, known: KnownStreams): Buffer[] {
  switch (random.integer(0, 9)) {
    case 0:
      return [frame({ opcode: 9, payload: randomBytes(random, random.integer(0, 125)) })];
    case 1:
      return [frame({ opcode: 10, payload: randomBytes(random, random.integer(0, 125)) })];
    case 2:
      return fragments(random, Buffer.from(someMessage(random, known), "utf8"));
    default:
      return [textFrame(someMessage(random, known))];
  }
}

/** One message in fragments, with control frames between them. */
function fragments(random: SeededRandom, whole: Buffer): Buffer[] {
  const made: Buffer[] = [];
  const step = Math.max(1, Math.ceil(whole.length / random.integer(1, 12)));
  for (let at = 0; at === 0 || at < whole.length; at += step) {
    const fin = at + step >= whole.length;
    made.push(frame({ opcode: at === 0 ? 1 : 0, fin, payload: whole.subarray(at, at + step) }));
    if (!fin && chance(random, 0.3)) made.push(frame({ opcode: 9, payload: Buffer.from("between") }));
    if (!fin && chance(random, 0.1)) made.push(frame({ opcode: 0, fin: false, payload: Buffer.alloc(0) }));
  }
  return made;
}

interface Harm {
  readonly frames: Buffer[];
  readonly unfinished?: boolean;
  readonly closeCode?: number;
}

function harmful(random: SeededRandom): Harm {
  const text = Buffer.from('{"action":"ping"}');
  switch (random.integer(0, 15)) {
    case 0:
      return { frames: [frame({ opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: text })] };
    case 1:
      return { frames: [frame({ opcode: 1, reserved: random.integer(1, 7), payload: text })] };
    case 2:
      return { frames: [frame({ opcode: 1, masked: false, payload: text })] };
    case 3:
      return { frames: [frame({ opcode: 2, payload: text })] };
    case 4:
      return {
        frames: [frame({ opcode: random.pick([8, 9, 10]), payload: randomBytes(random, random.integer(126, 400)) })],
      };
    case 5:
      return { frames: [frame({ opcode: random.pick([8, 9, 10]), fin: false, payload: Buffer.alloc(0) })] };
    case 6:
      return { frames: [frame({ opcode: 0, payload: text })] };
    case 7:
      return { frames: [frame({ opcode: 1, fin: false, payload: text }), frame({ opcode: 1, payload: text })] };
    case 8:
      return { frames: [frame({ opcode: 1, payload: Buffer.from([0x22, ...random.pick(INVALID_UTF8), 0x22]) })] };
    case 9: {
      const size = random.pick([32_769, 40_000, 65_536, 200_000]);
      return { frames: [frame({ opcode: 1, payload: Buffer.alloc(size, 0x20) })] };
    }
    case 10: {
      const length = random.pick([70_000, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]);
      return { frames: [frame({ opcode: 1, payload: text, length, longForm: 127 })], unfinished: true };
    }
    case 11: {
      const parts = Array.from({ length: 6 }, (_, at) =>
        frame({ opcode: at === 0 ? 1 : 0, fin: false, payload: Buffer.alloc(30_000, 0x20) }),
      );
      return { frames: parts, unfinished: true };
    }
    case 12: {
      const closeCode = random.pick(CLOSE_CODES);
      const code = Buffer.from([closeCode >> 8, closeCode & 0xff]);
      const reason = random.pick([Buffer.alloc(0), Buffer.from("bye"), Buffer.from([0xff, 0xfe])]);
      return { frames: [frame({ opcode: 8, payload: Buffer.concat([code, reason]) })], closeCode };
    }
    case 13:
      return { frames: [frame({ opcode: 8, payload: Buffer.from([3]) })] };
    case 14:
      return { frames: [frame({ opcode: 1, payload: text }).subarray(0, random.integer(1, 10))], unfinished: true };
    default:
      return { frames: [randomBytes(random, random.integer(1, 2000))], unfinished: true };
  }
}
