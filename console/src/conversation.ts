import type { Turn } from "sluice";
import { Answer, type AnswerParts, type Outcome } from "./answer.ts";
import { type Kept, type KeptTurn, randomId } from "./kept.ts";
import { question } from "./question.ts";
import type { TitlesRun } from "./wire.ts";

/** What a conversation needs from the page. */
export interface ConversationParts extends Omit<AnswerParts, "retry"> {
  readonly kept: Kept;
  readonly transcript: HTMLElement;
  /** Told when questions and answers come and go. */
  readonly changed: () => void;
}

interface Exchange {
  readonly turn: KeptTurn;
  readonly question: HTMLElement;
  readonly answer: Answer;
  outcome?: Outcome;
}

/** An article and what was asked about it since, each with its answer. */
export class Conversation {
  readonly #parts: ConversationParts;
  #exchanges: readonly Exchange[] = [];

  constructor(parts: ConversationParts) {
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

  /** Starts anew with this article. */
  begin(projectId: string, article: string): void {
    this.#parts.kept.clear();
    this.#parts.transcript.replaceChildren();
    this.#exchanges = [];
    this.#ask({ projectId, userInput: article, chat_history: [] });
  }

  followUp(text: string): void {
    const last = this.#exchanges.at(-1);
    if (last === undefined) return;
    this.#ask({ projectId: last.turn.input.projectId, userInput: text, chat_history: this.#history() });
  }

  /** After a reload: every answer again, from the log; the one under way goes on live. */
  restore(): void {
    for (const turn of this.#parts.kept.turns) this.#show(turn);
    if (!this.isEmpty) this.#parts.changed();
  }

  #ask(input: KeptTurn["input"]): void {
    const turn: KeptTurn = { requestId: randomId(), input };
    this.#parts.kept.add(turn);
    this.#show(turn);
    this.#parts.pin.pin();
    this.#parts.changed();
  }

  #show(turn: KeptTurn): void {
    const answer = new Answer({ ...this.#parts, retry: () => this.#retry(turn) });
    const asked = question(turn.input.userInput, this.isEmpty);
    const exchange: Exchange = { turn, question: asked, answer };
    this.#exchanges = [...this.#exchanges, exchange];
    this.#parts.transcript.append(asked, answer.element);
    void this.#follow(exchange);
  }

  async #follow(exchange: Exchange): Promise<void> {
    const run = this.#runOf(exchange.turn);
    const { requestId } = exchange.turn;
    run.started.then(
      (streamId) => this.#parts.kept.found(requestId, streamId),
      () => {},
    );
    exchange.outcome = await exchange.answer.follow(run);
    this.#parts.changed();
    this.#parts.pin.reveal(exchange.question);
  }

  /** A known stream is followed; else the request is sent again, which gives the same stream (law 8). */
  #runOf({ streamId, requestId, input }: KeptTurn): TitlesRun {
    const { client } = this.#parts.wire;
    return streamId === undefined ? client.run("stream", input, { requestId }) : client.follow(streamId);
  }

  #retry(turn: KeptTurn): void {
    this.#parts.kept.remove(turn.requestId);
    for (const exchange of this.#exchanges) {
      if (exchange.turn !== turn) continue;
      exchange.question.remove();
      exchange.answer.element.remove();
    }
    this.#exchanges = this.#exchanges.filter((exchange) => exchange.turn !== turn);
    this.#ask(turn.input);
  }

  #history(): Turn[] {
    return this.#exchanges.flatMap(({ turn, outcome }): Turn[] => {
      if (outcome === undefined || outcome.text === "") return [];
      return [
        { role: "user", content: turn.input.userInput },
        { role: "assistant", content: outcome.text },
      ];
    });
  }
}
