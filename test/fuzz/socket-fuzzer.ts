import { type Socket, connect } from "node:net";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { readAnswer, readFrame, undocumentedFrame } from "./answers.ts";
import type { Findings } from "./findings.ts";
import { type Volley, brokenVolley, rudeVolley, textFrame } from "./frame-grammar.ts";
import { type KnownStreams, chance } from "./pieces.ts";

/** A server that says nothing for so long hangs. */
const PATIENCE_MS = 15_000;
const CLOSES = [1002, 1003, 1007, 1008, 1009];
const PROBE = "probe";

/** Sends volleys on one connection after another until `budget` frames are out; each volley must be answered or closed. */
export async function fuzzSockets(
  port: number,
  random: SeededRandom,
  budget: { frames: number },
  known: KnownStreams,
  findings: Findings,
): Promise<void> {
  while (budget.frames > 0) {
    const link = new RawLink(port, known, findings);
    const offer = chance(random, 0.3) ? "Sec-WebSocket-Protocol: sluice.v1\r\n" : "";
    if (!(await link.open(offer))) continue;
    for (let volleys = random.integer(1, 12); volleys > 0 && !link.gone && budget.frames > 0; volleys -= 1) {
      const volley = chance(random, 0.25) ? brokenVolley(random) : rudeVolley(random, known);
      budget.frames -= volley.frames;
      await link.exchange(volley, random);
    }
    link.vanish();
  }
}

/** A WebSocket client that sends whatever bytes it is given, and reads strictly. */
class RawLink {
  readonly #socket: Socket;
  readonly #known: KnownStreams;
  readonly #findings: Findings;
  readonly #waiters = new Set<() => void>();
  readonly #sentCodes = new Set<number>();
  #received: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #pongs = 0;
  #probes = 0;
  #closeCode: number | undefined;
  #last: Buffer = Buffer.alloc(0);
  gone = false;

  constructor(port: number, known: KnownStreams, findings: Findings) {
    this.#known = known;
    this.#findings = findings;
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (bytes: Buffer) => this.#take(bytes));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      this.gone = true;
      this.#wake();
    });
  }

  async open(offer: string): Promise<boolean> {
    this.#socket.write(
      "GET /fuzz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${offer}\r\n`,
    );
    await this.#until(() => this.#upgraded || this.gone, "the handshake");
    return this.#upgraded;
  }

  /** Sends a volley and a ping behind it; waits for its pong, or for the close. */
  async exchange(volley: Volley, random: SeededRandom): Promise<void> {
    this.#last = volley.bytes;
    if (volley.closeCode !== undefined) this.#sentCodes.add(volley.closeCode);
    const cut = chance(random, 0.1) ? random.integer(0, volley.bytes.length) : 0;
    this.#socket.write(volley.bytes.subarray(0, cut));
    this.#socket.write(volley.bytes.subarray(cut));
    // Nothing can be asked behind half a frame: the client is gone in the middle of it.
    if (volley.unfinished) return this.vanish();
    this.#probes += 1;
    this.#socket.write(textFrame(JSON.stringify({ action: "cancel", streamId: "none", requestId: PROBE })));
    await this.#until(() => this.#pongs === this.#probes || this.gone || this.#closeCode !== undefined, "the answer");
    if (this.#closeCode !== undefined || this.gone) this.#closed();
  }

  vanish(): void {
    this.#socket.destroy();
    this.gone = true;
  }

  #closed(): void {
    const code = this.#closeCode;
    this.#findings.count(`close ${code ?? "without a code"}`);
    const documented = code === undefined || CLOSES.includes(code) || this.#sentCodes.has(code);
    if (!documented) this.#findings.problem(`close code ${code}`, this.#last);
    this.vanish();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    if (!this.#upgraded) {
      const answer = readAnswer(this.#received, "GET");
      if (answer === undefined) return;
      this.#upgraded = answer.status === 101;
      if (!this.#upgraded) this.#findings.problem(`handshake refused with ${answer.status}`, this.#received);
      this.#received = this.#received.subarray(this.#received.indexOf("\r\n\r\n") + 4);
    }
    try {
      this.#readFrames();
    } catch (thrown) {
      this.#findings.problem(String(thrown), this.#received);
      this.vanish();
    }
    this.#wake();
  }

  #readFrames(): void {
    for (let read = readFrame(this.#received); read !== undefined; read = readFrame(this.#received)) {
      this.#received = this.#received.subarray(read.end);
      if (read.opcode === 8) this.#closeCode = read.payload.length < 2 ? 1005 : read.payload.readUInt16BE(0);
      else if (read.opcode === 1) this.#frame(read.payload.toString("utf8"));
      else if (read.opcode === 9 || read.opcode === 10) this.#findings.count(read.opcode === 9 ? "ping" : "pong");
      else this.#findings.problem(`opcode ${read.opcode}`, read.payload);
    }
    if (this.#closeCode !== undefined) this.#sentCodes.add(1005);
  }

  #frame(json: string): void {
    const wrong = undocumentedFrame(json);
    if (wrong !== undefined)
      return this.#findings.problem(wrong, `${json.slice(0, 200)} after ${this.#last.toString("latin1")}`);
    const { type, code, streamId, requestId } = JSON.parse(json) as Record<string, string | undefined>;
    if (requestId === PROBE && code === "not_found") this.#pongs += 1;
    else this.#findings.count(code === undefined ? `frame ${type}` : `frame ${type} ${code}`);
    if (type === "start" && streamId !== undefined) this.#known.add(streamId);
  }

  async #until(done: () => boolean, what: string): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    while (!done()) {
      if (late.aborted) {
        this.#findings.problem(`no ${what}: the server hangs`, this.#last);
        return this.vanish();
      }
      await this.#change(late);
    }
  }

  #change(late: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters.delete(wake);
        late.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiters.add(wake);
      late.addEventListener("abort", wake);
    });
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
