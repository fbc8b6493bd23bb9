/** As near to the end of the page as still counts as being there, pixels. */
const NEAR = 96;

/** Keeps the end of the page in sight while the reader is there, and leaves the reader alone elsewhere. */
export class BottomPin {
  #pinned = false;

  constructor() {
    addEventListener("scroll", () => (this.#pinned = distanceToBottom() < NEAR), { passive: true });
  }

  /** Goes to the end and stays there until the reader scrolls away. */
  pin(): void {
    this.#pinned = true;
    this.follow();
  }

  /** Something is finished: a reader who was at the end is shown where it begins. */
  reveal(finished: Element): void {
    if (this.#pinned) finished.scrollIntoView({ block: "start", behavior: "instant" });
  }

  /** The page grew. */
  follow(): void {
    if (this.#pinned) scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  }
}

function distanceToBottom(): number {
  return document.documentElement.scrollHeight - innerHeight - scrollY;
}
