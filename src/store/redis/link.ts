import type { Cluster, Redis } from "ioredis";
import { SCRIPTS } from "./scripts.ts";
import { tellClearly } from "./trouble.ts";

export type ScriptName = keyof typeof SCRIPTS;

type Run = (...args: readonly (string | number)[]) => Promise<unknown>;

/** A client of Redis that knows the scripts, and whose errors say what is the matter. */
export class Link {
  readonly #client: Redis | Cluster;
  readonly #runs: Readonly<Record<ScriptName, Run>>;

  constructor(client: Redis | Cluster) {
    this.#client = client;
    const commands = client as unknown as Record<string, Run>;
    const runs = Object.entries(SCRIPTS).map(([name, { keys, lua }]): [string, Run] => {
      const command = commandOf(name as ScriptName);
      client.defineCommand(command, { numberOfKeys: keys, lua });
      return [name, commands[command]!.bind(client)];
    });
    this.#runs = Object.fromEntries(runs) as Record<ScriptName, Run>;
  }

  /** Runs a script; its keys come first among `args`. */
  run(script: ScriptName, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#runs[script](...args).catch(tellClearly);
  }

  /** Runs a script, and gives with its answer how many replicas hold by then what it wrote; `replicas` of them are waited for. */
  async runHeld(
    replicas: number,
    ms: number,
    script: ScriptName,
    ...args: readonly (string | number)[]
  ): Promise<{ readonly answer: unknown; readonly held: number }> {
    const pipeline = this.#client.pipeline();
    (pipeline as unknown as Record<string, Run>)[commandOf(script)]!(...args);
    pipeline.wait(replicas, ms);
    const results = (await pipeline.exec().catch(tellClearly))!;
    for (const [error] of results) if (error !== null) tellClearly(error);
    return { answer: results[0]![1], held: Number(results[1]![1]) };
  }

  /** Sends commands of Redis' own. */
  ask<Answer>(question: (client: Redis | Cluster) => Promise<Answer>): Promise<Answer> {
    return question(this.#client).catch(tellClearly);
  }
}

function commandOf(script: ScriptName): string {
  return `sluice:${script}`;
}
