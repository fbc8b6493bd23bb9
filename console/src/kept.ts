/** One question of the conversation; its answer is in the server's log, under `streamId`. */
export interface KeptTurn<Input> {
  readonly requestId: string;
  readonly input: Input;
  /** Absent until the run's start frame has come. */
  readonly streamId?: string;
}

/** What this tab remembers over a reload: who it is and what it asked, but no text. A new tab starts clean. */
export class Kept<Input> {
  readonly #key: string;
  readonly session: string;
  #turns: readonly KeptTurn<Input>[];

  /** `system` is the name under which the server has it. */
  constructor(system: string) {
    this.#key = `sluice.${system}`;
    const stored = read<Input>(this.#key);
    this.session = stored?.session ?? randomId();
    this.#turns = stored?.turns ?? [];
  }

  get turns(): readonly KeptTurn<Input>[] {
    return this.#turns;
  }

  add(turn: KeptTurn<Input>): void {
    this.#write([...this.#turns, turn]);
  }

  /** The answer to this request has its stream now. */
  found(requestId: string, streamId: string): void {
    this.#write(this.#turns.map((turn) => (turn.requestId === requestId ? { ...turn, streamId } : turn)));
  }

  remove(requestId: string): void {
    this.#write(this.#turns.filter((turn) => turn.requestId !== requestId));
  }

  clear(): void {
    this.#write([]);
  }

  #write(turns: readonly KeptTurn<Input>[]): void {
    this.#turns = turns;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ session: this.session, turns }));
    } catch {
      // A full or forbidden storage costs the reload, not the answer.
    }
  }
}

/** 128 random bits; `crypto.randomUUID` is missing where the page came over plain HTTP from another machine. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read<Input>(key: string): { session: string; turns: KeptTurn<Input>[] } | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return isKept<Input>(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isKept<Input>(value: unknown): value is { session: string; turns: KeptTurn<Input>[] } {
  return (
    typeof value === "object" &&
    value !== null &&
    "session" in value &&
    typeof value.session === "string" &&
    "turns" in value &&
    Array.isArray(value.turns)
  );
}
