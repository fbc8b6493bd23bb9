import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SpeechName } from "./clients/speech.ts";
import type { Figures, Task } from "./clients/task.ts";
import type { Job, Place } from "./job.ts";
import { type Peer, SLUICE } from "./peers.ts";
import type { Question, Usage } from "./peers/harness.ts";
import { Pinned } from "./pinned.ts";

/** Where `sluice` is this checkout's sources; other packages may mean something else by the condition. */
export const OUR_SOURCES = "--conditions=sluice-source";
/** As `npm start` has it, the same for every peer: room for young objects, so that the collector comes seldom. */
export const FLAGS = ["--expose-gc", "--max-semi-space-size=64"];
export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

/** Where a measurement is set up. */
export interface Setting {
  readonly redisPort: number;
  /** Where the servers' CPU profiles go. */
  readonly profiles: string | undefined;
  /** Everything small: to see that it works. */
  readonly quick: boolean;
}

/** A peer's server and its client, each on a core of its own. Ends when disposed of. */
export class Stage implements AsyncDisposable {
  readonly #server: Pinned;
  readonly #folder: string;
  readonly #port: number;
  readonly #speech: SpeechName;
  #client: Pinned | undefined;

  private constructor(server: Pinned, folder: string, port: number, speech: SpeechName) {
    this.#server = server;
    this.#folder = folder;
    this.#port = port;
    this.#speech = speech;
  }

  static async open(setting: Setting, peer: Peer, job: Job): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    const place: Place = { folder, redisPort: setting.redisPort, options: peer.options, profiles: setting.profiles };
    const server = new Pinned(SERVER_CORE, `peers/${peer.server}.ts`, [job, place], flagsOf(peer));
    return new Stage(server, folder, (await server.hear()) as number, peer.speech);
  }

  /** Starts the client; it says "ready" where its task has such a moment. */
  play(task: Pick<Task, "work" | "connections" | "chunks"> & Partial<Task>): void {
    const whole: Task = { margin: 0, times: 1, ...task, port: this.#port, speech: this.#speech };
    this.#client = new Pinned(CLIENT_CORE, "clients/client.ts", [whole], [OUR_SOURCES]);
  }

  async ready(): Promise<void> {
    if ((await this.#client!.hear()) !== "ready") throw new Error("The client was not ready.");
  }

  goOn(): void {
    this.#client!.tell("go on");
  }

  async figures(): Promise<Figures> {
    return (await this.#client!.hear()) as Figures;
  }

  /** Lets the streams go; gives the time, microseconds. */
  async begin(): Promise<number> {
    return (await this.#asked("begin")) as number;
  }

  async usage(): Promise<Usage> {
    return (await this.#asked("usage")) as Usage;
  }

  async memory(): Promise<number> {
    return (await this.#asked("memory")) as number;
  }

  #asked(question: Question): Promise<unknown> {
    return this.#server.ask(question);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function flagsOf(peer: Peer): readonly string[] {
  return peer.server.startsWith(SLUICE.server) ? [...FLAGS, OUR_SOURCES] : FLAGS;
}
