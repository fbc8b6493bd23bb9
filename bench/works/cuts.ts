import { AI, SLUICE, SOCKET_IO } from "../peers.ts";
import { Stage } from "../stage.ts";
import type { Work } from "../work.ts";

const CHUNKS = 2000;
const INTERVAL_MS = 5;
const CUTS = 20;

/** A stream whose connection is cut at random moments, followed by each peer's own way to recover. */
export const cuts: Work = {
  name: "W5",
  title: `${CUTS} cuts in ${CHUNKS} chunks at ${1000 / INTERVAL_MS}/s`,
  peers: [SLUICE, SOCKET_IO, AI],
  columns: [
    { figure: "cuts", title: "cuts", digits: 0, ratio: false },
    { figure: "lost", title: "lost", digits: 0, ratio: false },
    { figure: "doubled", title: "doubled", digits: 0, ratio: false },
    { figure: "disordered", title: "out of order", digits: 0, ratio: false },
  ],
  async run(setting, peer) {
    await using stage = await Stage.open(setting, peer, {
      chunks: CHUNKS,
      together: 1,
      intervalMs: INTERVAL_MS,
      text: "number",
      held: false,
    });
    stage.play({ work: "recover", connections: 1, chunks: CHUNKS, times: CUTS });
    // Awaited here: the stage ends with this block.
    return await stage.figures();
  },
};
