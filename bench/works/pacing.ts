import type { Peer } from "../peers.ts";
import { Stage } from "../stage.ts";
import type { Work } from "../work.ts";

const STREAMS = 1000;
const QUICK_STREAMS = 100;
const INTERVAL_MS = 50;
const MARGIN_SECONDS = 0.5;
const SECONDS = 4;

/** Many streams at the pace of a model: from the making of a chunk to its reading in the client. */
export const pacing = (name: string, peers: readonly Peer[], where = ""): Work => ({
  name,
  title: `Latency, ${STREAMS} streams of ${1000 / INTERVAL_MS} chunks/s${where}`,
  peers,
  columns: [
    { figure: "p50", title: "p50, µs", digits: 0, ratio: true },
    { figure: "p99", title: "p99, µs", digits: 0, ratio: true },
    { figure: "p999", title: "p99.9, µs", digits: 0, ratio: true },
    { figure: "core", title: "server's core, %", digits: 0, ratio: false },
  ],
  async run(setting, peer) {
    const connections = setting.quick ? QUICK_STREAMS : STREAMS;
    const margin = (MARGIN_SECONDS * 1000) / INTERVAL_MS;
    const chunks = 2 * margin + (SECONDS * 1000) / INTERVAL_MS;
    await using stage = await Stage.open(setting, peer, {
      chunks,
      together: 1,
      intervalMs: INTERVAL_MS,
      text: "time",
      held: true,
    });
    stage.play({ work: "time", connections, chunks, margin });
    await stage.ready();
    stage.goOn();
    const begun = performance.now();
    await stage.begin();
    const delays = await stage.figures();
    const milliseconds = performance.now() - begun;
    const { cpuMicroseconds } = await stage.usage();
    return { ...delays, core: cpuMicroseconds / milliseconds / 10 };
  },
});
