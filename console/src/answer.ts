import type { Run } from "sluice/client";
import { type CompleteEvent, type Event, type ErrorCode, ERRORS } from "sluice/protocol";
import type { BottomPin } from "./bottom-pin.ts";
import { button, element } from "./element.ts";
import { cancelledNotice, type Trouble, troubleNotice } from "./notice.ts";
import { StreamingText } from "./streaming-text.ts";
import { WireCut } from "./wire-cut.ts";
import type { Wire } from "./wire.ts";

/** The slots of an answer which its face may fill at the end. */
export interface AnswerSlots {
  readonly text: HTMLElement;
  readonly meta: HTMLElement;
  readonly actions: HTMLElement;
}

/** What is one system's own in an answer: what stands above the text, and how the result is shown. */
export interface AnswerFace {
  readonly element: HTMLElement;
  show(event: Event): void;
  /** Shows the result; gives what a screen reader is told, or nothing more than that it is complete. */
  complete(event: CompleteEvent, slots: AnswerSlots): string;
  /** The run is over, however it came out. */
  end(): void;
}

/** What an answer needs of the wire under it. */
type OwnWire = Pick<Wire, "cut"> & { readonly client: { readonly stats: { readonly gaps: number } } };

/** What an answer needs from the page around it. */
export interface AnswerParts {
  readonly face: AnswerFace;
  readonly pin: BottomPin;
  readonly announce: (text: string) => void;
  readonly retry: () => void;
}

/** How an answer came out; `text` is what arrived of it. */
export interface Outcome {
  readonly state: "complete" | "cancelled" | "error";
  readonly text: string;
}

const STATE_WORDS: Readonly<Record<Run["state"], string>> = {
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
  readonly #text: StreamingText;
  readonly #notes: HTMLDivElement = element("div", { class: "notes" });
  readonly #cuts: WireCut[] = [];

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#text = new StreamingText(() => parts.pin.follow());
    const head = element("header", { class: "answer-head" }, this.#state, this.#meta, this.#actions);
    this.element.append(head, parts.face.element, this.#text.element, this.#notes);
  }

  /** Shows the run until it ends; never throws. */
  async follow(run: Run, wire: OwnWire): Promise<Outcome> {
    run.result.catch(() => {});
    const stopWatching = run.subscribe(() => this.#showState(run.state));
    this.#offerActions(run, wire);
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
    this.#parts.face.show(event);
    switch (event.type) {
      case "text-delta":
        this.#text.append(event.text);
        return;
      case "complete":
        this.#text.end();
        this.#complete(event);
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

  #complete(event: CompleteEvent): void {
    this.#actions.replaceChildren();
    const slots = { text: this.#text.element, meta: this.#meta, actions: this.#actions };
    this.#parts.announce(this.#parts.face.complete(event, slots));
  }

  #fail(trouble: Trouble): void {
    this.#notes.append(troubleNotice(trouble, this.#parts.retry));
  }

  #end({ state }: Outcome): void {
    this.#text.end();
    for (const cut of this.#cuts) cut.end();
    this.#parts.face.end();
    this.#showState(state);
    if (state !== "complete") this.#actions.replaceChildren();
    this.element.setAttribute("aria-busy", "false");
  }

  #offerActions(run: Run, wire: OwnWire): void {
    const cancel = button("Cancel", "button", () => {
      cancel.textContent = "Cancelling…";
      cancel.disabled = true;
      run.cancel();
    });
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

  #showState(state: Run["state"]): void {
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

/** What a client throws has a code; anything else is our own fault. */
function troubleOf(thrown: unknown): Trouble {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof Error && "code" in thrown && isErrorCode(thrown.code) ? thrown.code : "internal";
  return { code, message, retryable: ERRORS[code].retry };
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}
