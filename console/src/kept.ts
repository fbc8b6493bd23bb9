import type { Turn } from "sluice";

/** What the titles route is asked. */
export interface TitlesInput {
  readonly projectId: string;
  readonly userInput: string;
  readonly chat_history: readonly Turn[];
}

/** One question of the conversation; its answer is in the server's log, under `streamId`. */
export interface KeptTurn {
  readonly requestId: string;
  readonly input: TitlesInput;
  /** Absent until the run's start frame has come. */
  readonly streamId?: string;
}

const KEY = "sluice.titles";

/** What this tab remembers over a reload: who it is and what it asked, but no text. A new tab starts clean. */
export class Kept {
  readonly session: string;
  #turns: readonly KeptTurn[];

  constructor() {
    const stored = read();
    this.session = stored?.session ?? randomId();
    this.#turns = stored?.turns ?? [];
  }

  get turns(): readonly KeptTurn[] {
    return this.#turns;
  }

  add(turn: KeptTurn): void {
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

  #write(turns: readonly KeptTurn[]): void {
    this.#turns = turns;
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ session: this.session, turns }));
    } catch {
      // A full or forbidden storage costs the reload, not the answer.
    }
  }
}

/** 128 random bits; `crypto.randomUUID` is missing where the page came over plain HTTP from another machine. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(): { session: string; turns: KeptTurn[] } | undefined {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return isKept(stored) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is { session: string; turns: KeptTurn[] } {
  return (
    typeof value === "object" &&
    value !== null &&
    "session" in value &&
    typeof value.session === "string" &&
    "turns" in value &&
    Array.isArray(value.turns)
  );
}
