import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import { type Direction, type Disturbable, Disturbances, type Passage } from "./disturbances.ts";
import { type Leaving, ProxiedFlow } from "./proxied-flow.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** One connection through a proxy. */
export interface ProxiedConnection extends Disturbable {
  /** Cuts it now. */
  cut(): void;
}

/** `end`: what was sent arrives, then FIN. `destroy`: what waits is dropped, then FIN. `reset`: RST. */
export type CutManner = "end" | "destroy" | "reset";

export interface PairParts {
  readonly client: Socket;
  readonly target: Socket;
  readonly random: SeededRandom;
  readonly clock: Pick<Clock, "after" | "turn">;
  /** What holds for every connection. */
  readonly everywhere: (direction: Direction) => Passage;
  readonly toClient: Leaving;
  /** It has ended by itself. */
  readonly gone: () => void;
}

/** A client's connection and ours to the target. */
export class ProxiedPair {
  readonly disturbances: Disturbances;
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #toClient: ProxiedFlow;
  readonly #toServer: ProxiedFlow;
  #broken = false;

  constructor({ client, target, random, clock, everywhere, toClient, gone }: PairParts) {
    this.#client = client;
    this.#target = target;
    this.disturbances = new Disturbances(clock, () => this.pump());
    const passage = (direction: Direction) => (): Passage =>
      this.disturbances.passage(direction, everywhere(direction));
    const common = { random, clock };
    const back = { from: target, to: client, passage: passage("toClient"), leaving: toClient };
    const forth = { from: client, to: target, passage: passage("toServer"), leaving: (bytes: Buffer) => ({ bytes }) };
    this.#toClient = new ProxiedFlow({ ...common, ...back });
    this.#toServer = new ProxiedFlow({ ...common, ...forth });
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      socket.on("error", () => {});
    }
    const closed = (flow: ProxiedFlow): void => {
      if (this.#broken) return;
      flow.end(() => {
        gone();
        this.break("end");
      });
    };
    client.on("close", () => closed(this.#toServer));
    target.on("close", () => closed(this.#toClient));
  }

  /** Delivers what may pass now. */
  pump(): void {
    this.#toClient.pump();
    this.#toServer.pump();
  }

  break(manner: CutManner): void {
    this.#broken = true;
    this.disturbances.stop();
    this.#toClient.stop();
    this.#toServer.stop();
    if (manner === "reset") this.#client.resetAndDestroy();
    else if (manner === "destroy") this.#client.destroy();
    else this.#client.destroySoon();
    if (manner === "reset") this.#target.resetAndDestroy();
    else this.#target.destroy();
  }
}
