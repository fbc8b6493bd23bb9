import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createClient } from "sluice/client";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { nodeProcesses } from "../support/node-processes.ts";
import { promptFor } from "../support/surviving-app.ts";

/** Clients that ask for one short answer after another. */
const CLIENTS = 6;
const TOKENS = 40;
const EVERY_MS = 10;
/** Of each client before the next node is replaced. */
const ANSWERS = 2;

/** Counts what is done, and lets others wait for a count. */
class Tally {
  count = 0;
  readonly #waiting = new Set<() => void>();

  add(): void {
    this.count += 1;
    for (const look of this.#waiting) look();
  }

  reaches(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.count < count) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

describe("three nodes that are replaced one by one", () => {
  it.each(["lasting", "frail"])(
    "laws 3, 5 and 8: nothing is lost or asked for twice, and no answer shorter than the grace time is interrupted (%s)",
    async (route) => {
      await using all = await nodeProcesses(3);
      const clients = Array.from({ length: CLIENTS }, () =>
        createClient({ url: `${all.door.url}/surviving`, session: randomUUID(), random: () => 0.05 }),
      );
      const tallies = clients.map(() => new Tally());
      let over = false;
      const loads = clients.map(async (client, number) => {
        const ends: unknown[] = [];
        while (!over) {
          const run = client.run(route, { prompt: promptFor(`${number} ${ends.length}`, TOKENS, EVERY_MS) });
          let text = "";
          for await (const event of run) {
            if (event.type === "text-delta") text += event.text;
            if (event.type === "complete" || event.type === "error" || event.type === "cancelled") {
              ends.push(event.type === "complete" ? text : event);
            }
          }
          tallies[number]!.add();
        }
        return ends;
      });
      const some = (): Promise<unknown> => Promise.all(tallies.map((tally) => tally.reaches(tally.count + ANSWERS)));
      for (const node of all.nodes) {
        await some();
        expect(await node.terminate()).toBe(0);
        await some();
        await node.restart();
      }
      await some();
      over = true;
      const ends = (await Promise.all(loads)).flat();
      expect(ends.filter((end) => end !== numberedText(TOKENS))).toEqual([]);
      expect(all.model.calls).toHaveLength(ends.length);
      for (const client of clients) {
        expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
        client.close();
      }
    },
    45_000,
  );
});
