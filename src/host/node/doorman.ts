import type { Socket } from "node:net";
import type { Clock } from "../../clock.ts";
import type { Limits } from "../../limits.ts";
import type { Logger } from "../../logger.ts";

type DoormanLimits = Pick<Limits, "maxConnections" | "maxConnectionsPerAddress">;

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/** Whether this is an address of the machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return LOOPBACK.test(address);
}

/** Refusals that come closer together than this are one burst, and one line in the log. */
const BURST_MS = 10_000;

/** Bounds the connections of this process: in all, and for each address but the machine's own. */
export class Doorman {
  readonly #limits: DoormanLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #open = new Set<Socket>();
  readonly #ofAddress = new Map<string, number>();
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: DoormanLimits, clock: Clock, logger: Logger) {
    this.#limits = limits;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Lets a new connection in, or not; it counts until it is closed. */
  admit(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const before = this.#ofAddress.get(address) ?? 0;
    const { maxConnections, maxConnectionsPerAddress } = this.#limits;
    const crowded = before >= maxConnectionsPerAddress && !isLoopbackAddress(address);
    if (crowded || this.#open.size >= maxConnections) {
      this.#report(crowded ? { address, maxConnectionsPerAddress } : { maxConnections });
      return false;
    }
    this.#open.add(socket);
    this.#ofAddress.set(address, before + 1);
    socket.once("close", () => this.#left(socket, address));
    return true;
  }

  /** Whether this connection was let in. */
  admitted(socket: Socket): boolean {
    return this.#open.has(socket);
  }

  #left(socket: Socket, address: string): void {
    this.#open.delete(socket);
    const others = this.#ofAddress.get(address)! - 1;
    if (others > 0) this.#ofAddress.set(address, others);
    else this.#ofAddress.delete(address);
  }

  #report(fields: Record<string, unknown>): void {
    const now = this.#clock.now();
    if (now - this.#refusedAt > BURST_MS) this.#logger.warn(fields, "too many connections; new ones are refused");
    this.#refusedAt = now;
  }
}
