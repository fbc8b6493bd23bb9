import { element } from "./element.ts";
import { FrameFlush } from "./frame-flush.ts";

const AFTER_A_BLANK_LINE = /(?<=\n\n)(?!\n)/;

/**
 * Text that grows. Closed paragraphs are never touched again: only the last, short one changes, so that the browser
 * lays out one paragraph per frame however long the answer is. `element.textContent` is the text, unit for unit.
 */
export class StreamingText {
  readonly element: HTMLDivElement = element("div", { class: "answer-text" });
  readonly #flush: FrameFlush = new FrameFlush(() => this.#show());
  readonly #onShown: () => void;
  #waiting: string[] = [];
  #tail = "";
  #tailNode: Text | undefined;

  /** `onShown` is called after each flush that showed something. */
  constructor(onShown: () => void) {
    this.#onShown = onShown;
  }

  append(text: string): void {
    this.#waiting.push(text);
    this.#flush.request();
  }

  /** Shows what waits, and takes the caret away. */
  end(): void {
    this.#flush.now();
    this.element.classList.add("is-ended");
  }

  #show(): void {
    if (this.#waiting.length === 0) return;
    const before = this.#tail;
    const [first, ...others] = (before + this.#waiting.join("")).split(AFTER_A_BLANK_LINE);
    this.#waiting = [];
    if (this.#tailNode === undefined) this.#open(first!);
    else this.#tailNode.appendData(first!.slice(before.length));
    this.#tail = first!;
    for (const paragraph of others) this.#open(paragraph);
    this.#onShown();
  }

  #open(paragraph: string): void {
    this.#tail = paragraph;
    this.#tailNode = document.createTextNode(paragraph);
    this.element.append(element("p", {}, this.#tailNode));
  }
}
