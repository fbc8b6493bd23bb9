import type { Figures } from "./clients/task.ts";
import type { Peer } from "./peers.ts";
import type { Setting } from "./stage.ts";

/** One thing to measure. */
export interface Work {
  readonly name: string;
  readonly title: string;
  /** The first one is what the others are held against. */
  readonly peers: readonly Peer[];
  readonly columns: readonly Column[];
  run(setting: Setting, peer: Peer): Promise<Figures>;
}

/** One figure of a work, as its table shows it. */
export interface Column {
  readonly figure: string;
  readonly title: string;
  readonly digits: number;
  /** Shown as a multiple of the first peer's, too. */
  readonly ratio: boolean;
}
