import { type AddressInfo, type Server, connect, createServer } from "node:net";
import { type Clock, systemClock } from "../clock.ts";
import { type Disturbable, Disturbances } from "./disturbances.ts";
import { type CutManner, type ProxiedConnection, ProxiedPair } from "./proxied-connection.ts";
import type { Leaving } from "./proxied-flow.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

export interface FaultProxyOptions {
  /** Which connection is cut, and how, and where pieces end; a new seed by default. */
  readonly random?: SeededRandom;
  /** Times freezing and slowness; the machine's own by default. */
  readonly clock?: Pick<Clock, "after" | "turn">;
}

/**
 * A TCP proxy on loopback that does to connections what networks do: it cuts, freezes, slows and splits them. What is
 * asked of the proxy itself holds for all connections, later ones too.
 */
export interface FaultProxy extends AsyncDisposable, Disturbable {
  readonly port: number;
  /** Like `http://127.0.0.1:4000`. */
  readonly url: string;
  /** How many connections were cut so far. */
  readonly cuts: number;
  /** How many connections are open now. */
  readonly open: number;
  /** The connections that are open now, oldest first. */
  readonly connections: readonly ProxiedConnection[];
  /** Cuts one live connection, or all of them, now; gives how many were cut. */
  cut(which?: "one" | "all"): number;
  /**
   * After so many more bytes have gone to clients, cuts the connection that carries the last of them right behind it, be it
   * inside a frame or a character. Resolves when it has; a later call takes the place of an earlier one.
   */
  cutAfter(bytes: number): Promise<void>;
  close(): Promise<void>;
}

const MANNERS: readonly CutManner[] = ["end", "destroy", "reset"];

/** Starts a proxy in front of this loopback port. */
export async function faultProxy(targetPort: number, options: FaultProxyOptions = {}): Promise<FaultProxy> {
  const { random = seededRandom(), clock = systemClock } = options;
  const pairs = new Set<ProxiedPair>();
  const disturbances = new Disturbances(clock, () => {
    for (const pair of pairs) pair.pump();
  });
  let cuts = 0;
  let armed: { left: number; readonly done: () => void } | undefined;

  const cut = (pair: ProxiedPair): void => {
    if (!pairs.delete(pair)) return;
    cuts += 1;
    pair.break(random.pick(MANNERS));
  };
  const leaving = (pair: ProxiedPair, bytes: Buffer): ReturnType<Leaving> => {
    if (armed === undefined) return { bytes };
    armed.left -= bytes.length;
    if (armed.left > 0) return { bytes };
    const { left, done } = armed;
    armed = undefined;
    const behind = (): void => {
      cut(pair);
      done();
    };
    return { bytes: bytes.subarray(0, bytes.length + left), behind };
  };
  // An end passes on like any byte, and each way by itself.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const pair: ProxiedPair = new ProxiedPair({
      client,
      target: connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true }),
      random,
      clock,
      everywhere: (direction) => disturbances.passage(direction),
      toClient: (bytes) => leaving(pair, bytes),
      gone: () => pairs.delete(pair),
    });
    pairs.add(pair);
  });
  const port = await listen(server);
  const close = async (): Promise<void> => {
    disturbances.stop();
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
    get connections() {
      return [...pairs].map((pair) => connectionOf(pair, () => cut(pair)));
    },
    freeze: (how) => disturbances.freeze(how),
    slow: (bytesPerSecond, how) => disturbances.slow(bytesPerSecond, how),
    split: (maxBytes, how) => disturbances.split(maxBytes, how),
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

function connectionOf({ disturbances }: ProxiedPair, cut: () => void): ProxiedConnection {
  return {
    cut,
    freeze: (how) => disturbances.freeze(how),
    slow: (bytesPerSecond, how) => disturbances.slow(bytesPerSecond, how),
    split: (maxBytes, how) => disturbances.split(maxBytes, how),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
