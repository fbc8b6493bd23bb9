import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";

/** Takes a CPU profile of this process, of nothing but what is measured. */
export class Profiler {
  readonly #folder: string;
  readonly #session = new Session();

  constructor(folder: string) {
    this.#folder = folder;
    this.#session.connect();
  }

  async start(): Promise<void> {
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.start");
  }

  async stop(): Promise<void> {
    const { profile } = await this.#session.post("Profiler.stop");
    writeFileSync(join(this.#folder, `${process.pid}.cpuprofile`), JSON.stringify(profile));
  }
}
