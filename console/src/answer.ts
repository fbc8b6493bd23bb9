import { type Event, type ErrorCode, ERRORS } from "sluice/protocol";
import type { BottomPin } from "./bottom-pin.ts";
import { button, element } from "./element.ts";
import { cancelledNotice, counted, type Trouble, troubleNotice } from "./notice.ts";
import { Progress } from "./progress.ts";
import { StreamingText } from "./streaming-text.ts";
import { copyButton, titleList } from "./title-list.ts";
import { WireCut } from "./wire-cut.ts";
import type { TitlesRun, Wire } from "./wire.ts";

/** What an answer needs from the page around it. */
export interface AnswerParts {
  readonly wire: Wire;
  readonly pin: BottomPin;
  readonly announce: (text: string) => void;
  readonly retry: () => void;
}

/** How an answer came out; `text` is what arrived of it. */
export interface Outcome {
  readonly state: "complete" | "cancelled" | "error";
  readonly text: string;
}

const STATE_WORDS: Readonly<Record<TitlesRun["state"], string>> = {
  pending: "Starting",
  streaming: "Streaming",
  resuming: "Resuming",
  complete: "Complete",
  cancelled: "Cancelled",
  error: "Failed",
};

/** One answer: its run's state, progress, text as it comes, and the titles at the end. */
export class Answer {
  readonly element: HTMLElement = element("article", { class: "answer", "aria-busy": "true" });
  readonly #parts: AnswerParts;
  readonly #state: HTMLSpanElement = element("span", { class: "run-state", "data-state": "pending" }, "Starting");
  readonly #meta: HTMLSpanElement = element("span", { class: "hint answer-meta" });
  readonly #actions: HTMLDivElement = element("div", { class: "answer-actions" });
  readonly #progress: Progress = new Progress();
  readonly #text: StreamingText;
  readonly #notes: HTMLDivElement = element("div", { class: "notes" });
  readonly #cuts: WireCut[] = [];

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#text = new StreamingText(() => parts.pin.follow());
    const head = element("header", { class: "answer-head" }, this.#state, this.#meta, this.#actions);
    this.element.append(head, this.#progress.element, this.#text.element, this.#notes);
  }

  /** Shows the run until it ends; never throws. */
  async follow(run: TitlesRun): Promise<Outcome> {
    run.result.catch(() => {});
    const stopWatching = run.subscribe(() => this.#showState(run.state));
    this.#offerActions(run);
    let text = "";
    let outcome: Outcome | undefined;
    try {
      for await (const event of run) {
        for (const cut of this.#cuts) cut.settle();
        if (event.type === "text-delta") text += event.text;
        this.#show(event);
        outcome = outcomeOf(event, text) ?? outcome;
      }
    } catch (thrown) {
      if (outcome === undefined) this.#fail(troubleOf(thrown));
    }
    stopWatching();
    this.#end(outcome ?? { state: "error", text });
    return outcome ?? { state: "error", text };
  }

  #show(event: Event): void {
    switch (event.type) {
      case "status":
        this.#progress.show(event);
        return;
      case "text-delta":
        this.#text.append(event.text);
        return;
      case "complete":
        this.#text.end();
        this.#showResult(titlesOf(event.result), event.text);
        return;
      case "cancelled":
        this.#notes.append(cancelledNotice(event.partialLength));
        this.#parts.announce("Cancelled.");
        return;
      case "error":
        this.#fail(event);
        return;
      default:
    }
  }

  #showResult(titles: readonly string[], text: string): void {
    this.#parts.announce(`Complete: ${counted(titles.length, "title")}.`);
    if (titles.length === 0) return;
    this.#meta.textContent = counted(titles.length, "title");
    this.#actions.replaceChildren(copyButton("Copy all", "Copy all titles", titles.join("\n")));
    const intro = introduction(text, titles[0]!);
    const streamed = element("details", { class: "streamed" });
    this.#text.element.replaceWith(element("p", { class: "answer-intro" }, intro), titleList(titles), streamed);
    const summary = element("summary", {}, `As it was streamed, ${counted(text.length, "character")}`);
    streamed.append(summary, this.#text.element);
  }

  #fail(trouble: Trouble): void {
    this.#notes.append(troubleNotice(trouble, this.#parts.retry));
  }

  #end({ state }: Outcome): void {
    this.#text.end();
    for (const cut of this.#cuts) cut.end();
    this.#progress.element.remove();
    this.#showState(state);
    if (state !== "complete") this.#actions.replaceChildren();
    this.element.setAttribute("aria-busy", "false");
  }

  #offerActions(run: TitlesRun): void {
    const cancel = button("Cancel", "button", () => {
      cancel.textContent = "Cancelling…";
      cancel.disabled = true;
      run.cancel();
    });
    const { wire } = this.#parts;
    const cut = button("Cut the wire", "button button-quiet", () => {
      const made = new WireCut({ run, stats: wire.client.stats });
      if (!wire.cut()) return;
      this.#cuts.push(made);
      this.#notes.append(made.element);
      this.#parts.pin.follow();
    });
    cut.title = "Closes the WebSocket under this answer. It must go on where it stopped.";
    this.#actions.replaceChildren(cut, cancel);
  }

  #showState(state: TitlesRun["state"]): void {
    if (this.#state.dataset["state"] === state) return;
    this.#state.dataset["state"] = state;
    this.#state.textContent = STATE_WORDS[state];
  }
}

function outcomeOf(event: Event, text: string): Outcome | undefined {
  if (event.type === "complete") return { state: "complete", text: event.text };
  if (event.type === "cancelled" || event.type === "error") return { state: event.type, text };
  return undefined;
}

function titlesOf(result: unknown): readonly string[] {
  if (typeof result !== "object" || result === null || !("titles" in result) || !Array.isArray(result.titles))
    return [];
  return result.titles.filter((title): title is string => typeof title === "string");
}

/** What the answer says before its first title. */
function introduction(text: string, firstTitle: string): string {
  const begin = text.indexOf(firstTitle);
  return begin < 0 ? "" : text.slice(0, text.lastIndexOf("\n", begin) + 1).trim();
}

/** What a client throws has a code; anything else is our own fault. */
function troubleOf(thrown: unknown): Trouble {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && "code" in thrown && isErrorCode(thrown.code) ? thrown.code : "internal";
  return { code, message, retryable: ERRORS[code].retry };
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}
