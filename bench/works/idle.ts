import { AI, BASELINE, SLUICE, SOCKET_IO } from "../peers.ts";
import { Stage } from "../stage.ts";
import type { Work } from "../work.ts";

const CONNECTIONS = 5000;
const QUICK_CONNECTIONS = 500;

/** What a connection holds while nothing happens; an AI SDK connection is a stream that waits. */
export const idle: Work = {
  name: "W3",
  title: `Idle memory, ${CONNECTIONS} connections`,
  peers: [BASELINE, SLUICE, SOCKET_IO, AI],
  columns: [{ figure: "kilobytes", title: "KB per connection", digits: 1, ratio: true }],
  async run(setting, peer) {
    const connections = setting.quick ? QUICK_CONNECTIONS : CONNECTIONS;
    await using stage = await Stage.open(setting, peer, {
      chunks: 1,
      together: 1,
      intervalMs: 0,
      text: "constant",
      held: true,
    });
    stage.play({ work: "idle", connections, chunks: 1 });
    await stage.ready();
    const before = await stage.memory();
    stage.goOn();
    await stage.ready();
    const after = await stage.memory();
    stage.goOn();
    await stage.figures();
    return { kilobytes: (after - before) / connections / 1024 };
  },
};
