import { memory } from "sluice/store/memory";
import { type Server, serve } from "sluice/node";
import { FLAT_OUT, type Pace } from "sluice/emulator/bedrock";
import { openSources } from "../../sources.ts";
import { titles } from "../index.ts";

/** The title generator on any free port: everything in memory, the stand-in as fast as it can or at the pace given. */
export async function startTitles(pace: Pace = FLAT_OUT): Promise<Server> {
  const sources = await openSources({ kind: "offline", pace });
  const server = await serve({ titles }, { store: memory(), source: sources.of, port: 0, signals: false });
  const close = async (): Promise<void> => {
    await server.close();
    await sources[Symbol.asyncDispose]();
  };
  return { ...server, close, [Symbol.asyncDispose]: close };
}
