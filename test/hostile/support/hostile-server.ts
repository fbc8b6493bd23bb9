import { type Clock, type Limits, type LogFields, type Logger, silentLogger, systemClock } from "sluice";
import { type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { SocketClient } from "../../end-to-end/support/socket-client.ts";
import { textOf } from "../../end-to-end/support/frames.ts";
import { proof } from "../../end-to-end/support/proof-app.ts";

export interface HostileServer extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
  readonly wsUrl: string;
  /** Log lines from `warn` on. */
  readonly warnings: string[];
  /** Asks as a well-behaved client would, and throws where the answer is not exact. */
  serveOthers(): Promise<void>;
}

/** A server with small limits, so that no test waits long. */
export async function hostileServer(limits: Partial<Limits>, clock: Clock = systemClock): Promise<HostileServer> {
  const warnings: string[] = [];
  const note = (_fields: LogFields, message: string): void => void warnings.push(message);
  const logger: Logger = { ...silentLogger, warn: note, error: note, child: () => logger };
  const noModel = {
    modelId: "none",
    stream() {
      throw new Error("There is no model here.");
    },
  };
  const server = await serve(
    { proof },
    { store: memory(), source: noModel, port: 0, signals: false, limits, logger, clock },
  );
  const wsUrl = `${server.url.replace(/^http/, "ws")}/proof`;
  return {
    server,
    port: server.port,
    wsUrl,
    warnings,
    async serveOthers() {
      await using client = await SocketClient.open(wsUrl);
      client.send({ action: "tokens", count: 50 });
      const text = textOf(await client.log.whole());
      if (text !== numberedText(50)) throw new Error(`Another client got ${JSON.stringify(text)}.`);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
