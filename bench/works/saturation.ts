import type { Peer } from "../peers.ts";
import { Stage } from "../stage.ts";
import type { Work } from "../work.ts";

const STREAMS = 1000;
const QUICK_STREAMS = 100;
/** Each peer gets what it needs about three seconds for: chunks of one stream, where they come alone and eight at a time. */
const CHUNKS: Readonly<Record<string, readonly [alone: number, together: number]>> = {
  ws: [600, 800],
  sluice: [400, 1200],
  "sluice-app": [400, 800],
  "sluice-disk": [400, 1200],
  "socket.io": [160, 240],
  ai: [56, 80],
  "sluice-redis": [100, 400],
  "sluice-nodes": [60, 240],
};

/** As much as goes through: every stream has new chunks each turn of the event loop, and a connection of its own. */
export function saturation(name: string, together: number, peers: readonly Peer[], where = ""): Work {
  return {
    name,
    title: `${together === 1 ? "Saturation, every chunk alone" : `Saturation, ${together} chunks at a time`}${where}`,
    peers,
    columns: [
      { figure: "chunksPerSecond", title: "chunks/s", digits: 0, ratio: true },
      { figure: "cpu", title: "CPU-s per million", digits: 2, ratio: true },
      { figure: "peakMegabytes", title: "peak RSS, MB", digits: 0, ratio: true },
    ],
    async run(setting, peer) {
      const connections = setting.quick ? QUICK_STREAMS : STREAMS;
      const chunks = chunksOf(peer, together);
      await using stage = await Stage.open(setting, peer, {
        chunks,
        together,
        intervalMs: 0,
        text: "constant",
        held: true,
      });
      stage.play({ work: "count", connections, chunks });
      await stage.ready();
      stage.goOn();
      const begun = await stage.begin();
      const { finishedAt } = await stage.figures();
      const { cpuMicroseconds, peakRssBytes } = await stage.usage();
      const delivered = connections * chunks;
      return {
        chunksPerSecond: delivered / ((finishedAt! - begun) / 1e6),
        cpu: cpuMicroseconds / delivered,
        peakMegabytes: peakRssBytes / 1e6,
      };
    },
  };
}

function chunksOf({ name }: Peer, together: number): number {
  const [alone, many] = CHUNKS[name]!;
  return together === 1 ? alone : many;
}
