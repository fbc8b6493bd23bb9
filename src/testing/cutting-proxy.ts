import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

export interface CuttingProxyOptions {
  /** Which connection is cut, and how; a new seed by default. */
  readonly random?: SeededRandom;
}

/** A TCP proxy on loopback that breaks connections as networks do. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  /** Like `http://127.0.0.1:4000`. */
  readonly url: string;
  /** How many connections were cut so far. */
  readonly cuts: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Cuts one live connection, or all of them, now; gives how many were cut. */
  cut(which?: "one" | "all"): number;
  /**
   * After so many more bytes have gone to clients, cuts the connection that carries the last of them right behind it, be it
   * inside a frame or a character. Resolves when it has; a later call takes the place of an earlier one.
   */
  cutAfter(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy in front of this loopback port. */
export async function cuttingProxy(targetPort: number, options: CuttingProxyOptions = {}): Promise<CuttingProxy> {
  const random = options.random ?? seededRandom();
  const pairs = new Set<Pair>();
  let cuts = 0;
  let armed: { left: number; readonly done: () => void } | undefined;

  const cut = (pair: Pair): void => {
    if (!pairs.delete(pair)) return;
    cuts += 1;
    pair.break(random.pick(MANNERS));
  };
  const passed = (pair: Pair, bytes: Buffer): Buffer => {
    if (armed === undefined) return bytes;
    armed.left -= bytes.length;
    if (armed.left > 0) return bytes;
    const { left, done } = armed;
    armed = undefined;
    queueMicrotask(() => {
      cut(pair);
      done();
    });
    return bytes.subarray(0, bytes.length + left);
  };
  const server = createServer((client) => {
    const pair = new Pair(client, connect(targetPort, "127.0.0.1"));
    pairs.add(pair);
    pair.join(
      (bytes) => passed(pair, bytes),
      () => pairs.delete(pair),
    );
  });
  const port = await listen(server);
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const pair of pairs) pair.break("destroy");
    await closed;
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get cuts() {
      return cuts;
    },
    get open() {
      return pairs.size;
    },
    cut(which = "all") {
      const chosen = which === "all" || pairs.size === 0 ? [...pairs] : [random.pick([...pairs])];
      for (const pair of chosen) cut(pair);
      return chosen.length;
    },
    cutAfter(bytes) {
      const { promise, resolve } = Promise.withResolvers<void>();
      armed = { left: Math.max(1, bytes), done: resolve };
      return promise;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** `end`: what was sent arrives, then FIN. `destroy`: what waits is dropped, then FIN. `reset`: RST. */
const MANNERS = ["end", "destroy", "reset"] as const;

/** A client's connection and ours to the target. */
class Pair {
  readonly #client: Socket;
  readonly #target: Socket;
  #broken = false;

  constructor(client: Socket, target: Socket) {
    this.#client = client;
    this.#target = target;
    client.setNoDelay(true);
    target.setNoDelay(true);
  }

  join(toClient: (bytes: Buffer) => Buffer, gone: () => void): void {
    this.#pass(this.#client, this.#target, (bytes) => bytes);
    this.#pass(this.#target, this.#client, toClient);
    for (const socket of [this.#client, this.#target]) {
      socket.on("error", () => {});
      socket.on("close", () => {
        gone();
        if (!this.#broken) this.break("end");
      });
    }
  }

  break(manner: (typeof MANNERS)[number]): void {
    this.#broken = true;
    if (manner === "reset") this.#client.resetAndDestroy();
    else if (manner === "destroy") this.#client.destroy();
    else this.#client.destroySoon();
    if (manner === "reset") this.#target.resetAndDestroy();
    else this.#target.destroy();
  }

  #pass(from: Socket, to: Socket, through: (bytes: Buffer) => Buffer): void {
    from.on("data", (bytes: Buffer) => {
      if (this.#broken) return;
      if (!to.write(through(bytes))) from.pause();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => to.end());
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
