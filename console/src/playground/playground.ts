import { type Client, type Run, createClient, reportDelivery } from "sluice/client";
import { Listeners } from "../listeners.ts";
import type { SystemAddresses } from "../server-config.ts";
import { token, transport } from "../settings.ts";
import { Interruption } from "../wire/interruption.ts";
import { Wire } from "../wire/wire.ts";
import { type Asked, telling } from "./asked.ts";
import { transportsOf } from "./transports.ts";

/** Whom a playground talks to, by which way, as whom. */
export interface PlaygroundParts {
  readonly system: string;
  readonly addresses: SystemAddresses;
  /** As the setting has it. */
  readonly transport: string | undefined;
  readonly token: string | undefined;
}

/** How a playground stands. A new object on every change. */
export interface PlaygroundState {
  readonly isFrozen: boolean;
  /** The last request, and its run. */
  readonly last: { readonly asked: Asked; readonly run: Run } | undefined;
  readonly interruption: Interruption | undefined;
}

/** One system's client, over a wire that can be cut and frozen; it remembers what was asked last. */
export class Playground {
  readonly system: string;
  readonly addresses: SystemAddresses;
  readonly client: Client;
  readonly #wire = new Wire();
  readonly #listeners = new Listeners();
  #state: PlaygroundState = { isFrozen: false, last: undefined, interruption: undefined };

  constructor({ system, addresses, transport, token }: PlaygroundParts) {
    this.system = system;
    this.addresses = addresses;
    const transports = transportsOf(transport);
    const client = createClient({
      ...addresses,
      WebSocket: this.#wire.WebSocket,
      fetch: this.#wire.fetch,
      ...(token !== undefined && { token }),
      ...(transports !== undefined && { transports }),
    });
    reportDelivery(client);
    this.client = telling(client, (asked, run) => this.#become({ last: { asked, run } }));
  }

  get state(): PlaygroundState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  /** Ends what is open, without a word. */
  cut(): void {
    const interruption = this.#interrupted("cut");
    if (!this.#wire.cut()) interruption.nothingOpen();
  }

  freeze(): void {
    this.#interrupted("frozen");
    this.#wire.freeze();
    this.#become({ isFrozen: true });
  }

  thaw(): void {
    this.#state.interruption?.thaw();
    this.#wire.thaw();
    this.#become({ isFrozen: false });
  }

  /** Stops the last run, if it is still under way. */
  cancel(): void {
    void this.#underWay()?.cancel();
  }

  #interrupted(deed: Interruption["deed"]): Interruption {
    this.#state.interruption?.stop();
    const interruption = new Interruption(deed, this.client, this.#underWay());
    this.#become({ interruption });
    return interruption;
  }

  #underWay(): Run | undefined {
    const run = this.#state.last?.run;
    return run !== undefined && ["pending", "streaming", "resuming"].includes(run.state) ? run : undefined;
  }

  #become(change: Partial<PlaygroundState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.tell();
  }
}

const playgrounds = new Map<string, Playground>();

/** The one playground of these parts: it outlives the page that shows it, until somebody asks in another way. */
export function playgroundOf(parts: PlaygroundParts): Playground {
  const key = JSON.stringify([parts.system, parts.transport, parts.token]);
  const known = playgrounds.get(key);
  if (known !== undefined) return known;
  const playground = new Playground(parts);
  playgrounds.set(key, playground);
  return playground;
}

/** What runs goes on; the pages find it again by another connection. */
function closeAll(): void {
  for (const { client } of playgrounds.values()) client.close();
  playgrounds.clear();
}

token.subscribe(closeAll);
transport.subscribe(closeAll);
