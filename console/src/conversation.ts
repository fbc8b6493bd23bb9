import type { Turn } from "sluice";
import type { Client, Run } from "sluice/client";
import { Answer, type AnswerFace, type AnswerParts, type Outcome } from "./answer.ts";
import { type Kept, type KeptTurn, randomId } from "./kept.ts";
import type { Wire } from "./wire.ts";

/** What a conversation needs from the page. */
export interface ConversationParts<System, Input> extends Omit<AnswerParts, "face" | "retry"> {
  readonly kept: Kept<Input>;
  /** What is asked before the wire is there waits for it. */
  readonly wire: Promise<Wire<System>>;
  readonly ask: (client: Client<System>, input: Input, requestId: string) => Run;
  readonly face: (input: Input) => AnswerFace;
  /** How a question stands on the page. */
  readonly question: (input: Input, isFirst: boolean) => HTMLElement;
  /** What the reader said with it. */
  readonly said: (input: Input) => string;
  readonly transcript: HTMLElement;
  /** Told when questions and answers come and go. */
  readonly changed: () => void;
}

interface Exchange<Input> {
  readonly turn: KeptTurn<Input>;
  readonly question: HTMLElement;
  readonly answer: Answer;
  outcome?: Outcome;
}

/** What was asked, each with its answer. */
export class Conversation<System, Input> {
  readonly #parts: ConversationParts<System, Input>;
  #exchanges: readonly Exchange<Input>[] = [];

  constructor(parts: ConversationParts<System, Input>) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#exchanges.length === 0;
  }

  get isBusy(): boolean {
    return this.#exchanges.some(({ outcome }) => outcome === undefined);
  }

  /** There is an answer to ask about. */
  get hasText(): boolean {
    return this.#exchanges.some(({ outcome }) => outcome !== undefined && outcome.text !== "");
  }

  /** Starts anew with this question. */
  begin(input: Input): void {
    this.clear();
    this.ask(input);
  }

  /** Forgets all of it; what runs goes on unseen (law 6). */
  clear(): void {
    this.#parts.kept.clear();
    this.#parts.transcript.replaceChildren();
    this.#exchanges = [];
    this.#parts.changed();
  }

  /** After a reload: every answer again, from the log; the one under way goes on live. */
  restore(): void {
    for (const turn of this.#parts.kept.turns) this.#show(turn);
    if (!this.isEmpty) this.#parts.changed();
  }

  ask(input: Input): void {
    const turn: KeptTurn<Input> = { requestId: randomId(), input };
    this.#parts.kept.add(turn);
    this.#show(turn);
    this.#parts.pin.pin();
    this.#parts.changed();
  }

  #show(turn: KeptTurn<Input>): void {
    const answer = new Answer({ ...this.#parts, face: this.#parts.face(turn.input), retry: () => this.#retry(turn) });
    const asked = this.#parts.question(turn.input, this.isEmpty);
    const exchange: Exchange<Input> = { turn, question: asked, answer };
    this.#exchanges = [...this.#exchanges, exchange];
    this.#parts.transcript.append(asked, answer.element);
    void this.#follow(exchange);
  }

  async #follow(exchange: Exchange<Input>): Promise<void> {
    const wire = await this.#parts.wire;
    if (!this.#exchanges.includes(exchange)) return;
    const run = this.#runOf(wire.client, exchange.turn);
    const { requestId } = exchange.turn;
    run.started.then(
      (streamId) => this.#parts.kept.found(requestId, streamId),
      () => {},
    );
    exchange.outcome = await exchange.answer.follow(run, wire);
    this.#parts.changed();
    this.#parts.pin.reveal(exchange.question);
  }

  /** A known stream is followed; else the request is sent again, which gives the same stream (law 8). */
  #runOf(client: Client<System>, { streamId, requestId, input }: KeptTurn<Input>): Run {
    return streamId === undefined ? this.#parts.ask(client, input, requestId) : client.follow(streamId);
  }

  #retry(turn: KeptTurn<Input>): void {
    this.#parts.kept.remove(turn.requestId);
    for (const exchange of this.#exchanges) {
      if (exchange.turn !== turn) continue;
      exchange.question.remove();
      exchange.answer.element.remove();
    }
    this.#exchanges = this.#exchanges.filter((exchange) => exchange.turn !== turn);
    this.ask(turn.input);
  }

  /** Questions and answers so far, as a model is told them. */
  history(): Turn[] {
    return this.#exchanges.flatMap(({ turn, outcome }): Turn[] => {
      if (outcome === undefined || outcome.text === "") return [];
      return [
        { role: "user", content: this.#parts.said(turn.input) },
        { role: "assistant", content: outcome.text },
      ];
    });
  }
}
