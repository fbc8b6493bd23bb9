import { byId } from "./element.ts";
import { EXAMPLE_ARTICLE } from "./example-article.ts";
import { counted } from "./notice.ts";
import { wordCount } from "./question.ts";

/** What the reader asks for first. */
export interface Draft {
  readonly projectId: string;
  readonly article: string;
}

/** The form for the article. */
export class Composer {
  readonly #form: HTMLFormElement = byId("composer", HTMLFormElement);
  readonly #project: HTMLInputElement = byId("project", HTMLInputElement);
  readonly #article: HTMLTextAreaElement = byId("article", HTMLTextAreaElement);
  readonly #submit: HTMLButtonElement = byId("suggest", HTMLButtonElement);
  readonly #count: HTMLElement = byId("word-count", HTMLSpanElement);
  #busy = false;

  constructor(listeners: { submit: (draft: Draft) => void; projectChanged: (projectId: string) => void }) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#busy) listeners.submit({ projectId: this.projectId, article: this.#article.value.trim() });
    });
    submitOnControlEnter(this.#form);
    this.#article.addEventListener("input", () => this.#showCount());
    this.#project.addEventListener("change", () => listeners.projectChanged(this.projectId));
    byId("example", HTMLButtonElement).addEventListener("click", () => {
      this.write({ projectId: this.projectId, article: EXAMPLE_ARTICLE });
      this.#article.focus();
      this.#article.setSelectionRange(0, 0);
      this.#article.scrollTop = 0;
    });
  }

  get projectId(): string {
    return this.#project.value.trim();
  }

  /** Puts a draft into the form. */
  write({ projectId, article }: Draft): void {
    this.#project.value = projectId;
    this.#article.value = article;
    this.#showCount();
  }

  /** Refuses a second article while one is answered; the button keeps the focus it has. */
  setBusy(busy: boolean): void {
    this.#busy = busy;
    this.#submit.setAttribute("aria-disabled", String(busy));
  }

  #showCount(): void {
    const words = wordCount(this.#article.value);
    this.#count.textContent = words === 0 ? "" : counted(words, "word");
  }
}

function submitOnControlEnter(form: HTMLFormElement): void {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
