import type { Figures } from "./clients/task.ts";
import { median } from "./median.ts";
import type { Column, Work } from "./work.ts";

/** One measurement. */
export interface Result {
  readonly round: number;
  readonly work: string;
  readonly peer: string;
  readonly figures: Figures;
}

/** A work's results in Markdown: medians over the rounds, and medians of each round's ratio to the first peer. */
export function table(work: Work, results: readonly Result[]): string {
  const own = results.filter((result) => result.work === work.name);
  const heads = work.columns.flatMap(({ title, ratio }) => (ratio ? [title, "ratio"] : [title]));
  const rows = work.peers
    .filter((peer) => own.some((result) => result.peer === peer.name))
    .map((peer) => [
      peer.title,
      ...work.columns.flatMap((column) => cells(column, own, peer.name, work.peers[0]!.name)),
    ]);
  const lines = [["peer", ...heads], ["---", ...heads.map(() => "---:")], ...rows];
  return `### ${work.name}. ${work.title}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function cells({ figure, digits, ratio }: Column, results: readonly Result[], peer: string, first: string): string[] {
  const own = results.filter((result) => result.peer === peer);
  const shown = median(own.map(({ figures }) => figures[figure]!)).toFixed(digits);
  if (!ratio) return [shown];
  const ratios = own.flatMap(({ round, figures }) => {
    const base = results.find((result) => result.peer === first && result.round === round)?.figures[figure];
    return base === undefined ? [] : [figures[figure]! / base];
  });
  return [shown, ratios.length === 0 ? "" : median(ratios).toFixed(2)];
}
