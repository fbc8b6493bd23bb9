/** As far from the end as still counts as being there, pixels: browsers round. */
const SLACK = 2;
/** Who scrolls down to here wants to be at the end, which goes on while the browser scrolls smoothly. */
const NEAR = 96;

/** What a bottom pin holds on to. */
export interface Pinned {
  /** Scrolls itself, or lies in a page that does. */
  readonly list: HTMLElement;
  /** Grows inside the list. */
  readonly content: HTMLElement;
  /** Stands behind the content. */
  readonly end: HTMLElement;
}

/**
 * Keeps the end of a growing list in sight while the reader is there, and leaves the reader alone elsewhere. It follows
 * after the browser's own layout, once a frame, so that no text that comes makes the page be laid out again.
 */
export class BottomPin {
  readonly #scroller: Element;
  readonly #growth: ResizeObserver;
  readonly #sight: IntersectionObserver;
  readonly #listening = new AbortController();
  #pinned: boolean;
  /** Where it was the last time that we looked. */
  #top = 0;

  /** `away` is told whether the end has gone out of sight. */
  constructor({ list, content, end }: Pinned, away: (isAway: boolean) => void) {
    const { signal } = this.#listening;
    const own = /auto|scroll/.test(getComputedStyle(list).overflowY);
    this.#scroller = own ? list : (document.scrollingElement ?? document.documentElement);
    const scrolled: EventTarget = own ? list : document;
    scrolled.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    // Who opens something wants to see that, not the end.
    content.addEventListener("click", ({ target }) => this.#clicked(target as Element), { signal });
    // A list of its own begins at its end; a page begins where it begins.
    this.#pinned = own || this.#distance() < SLACK;
    this.#growth = new ResizeObserver(() => this.#follow());
    this.#growth.observe(content);
    this.#growth.observe(list);
    this.#sight = new IntersectionObserver((entries) => away(entries.at(-1)?.isIntersecting === false), {
      root: own ? list : null,
    });
    this.#sight.observe(end);
  }

  /** Goes to the end, and stays there until the reader scrolls away. */
  pin(): void {
    this.#pinned = true;
    this.#follow();
  }

  release(): void {
    this.#listening.abort();
    this.#growth.disconnect();
    this.#sight.disconnect();
  }

  #clicked(target: Element): void {
    if (target.closest("summary") !== null) this.#pinned = false;
  }

  #follow(): void {
    if (!this.#pinned) return;
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: "instant" });
    // The page may have become shorter: then it is not the reader who went up.
    this.#top = this.#scroller.scrollTop;
  }

  #scrolled(): void {
    const top = this.#scroller.scrollTop;
    if (top < this.#top) this.#pinned = this.#distance() < SLACK;
    else this.#pinned ||= this.#distance() < NEAR;
    this.#top = top;
  }

  #distance(): number {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop;
  }
}
