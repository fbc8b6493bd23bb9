import { MEMORY_LOG, SLUICE, SLUICE_APP, SLUICE_DISK, SOCKET_IO } from "../peers.ts";
import { Stage } from "../stage.ts";
import type { Work } from "../work.ts";

const CHUNKS = 10_000;
const TOGETHER = 100;
const TIMES = 5;

/** A stream that has ended is read again, from connect to its last chunk. */
export const replay: Work = {
  name: "W4",
  title: `Replay of ${CHUNKS} chunks`,
  peers: [MEMORY_LOG, SLUICE, SLUICE_APP, SLUICE_DISK, SOCKET_IO],
  columns: [{ figure: "milliseconds", title: "ms", digits: 1, ratio: true }],
  async run(setting, peer) {
    await using stage = await Stage.open(setting, peer, {
      chunks: CHUNKS,
      together: TOGETHER,
      intervalMs: 0,
      text: "constant",
      held: false,
    });
    stage.play({ work: "replay", connections: 1, chunks: CHUNKS, times: TIMES });
    // Awaited here: the stage ends with this block.
    return await stage.figures();
  },
};
