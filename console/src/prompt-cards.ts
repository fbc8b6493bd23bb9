import { button, byId, element } from "./element.ts";
import { fetchFrom } from "./server-config.ts";

interface PromptCard {
  readonly name: string;
  readonly text: string;
}

/** The editor of a project's prompt cards: standing instructions that shape each answer. */
export class PromptCards {
  readonly #details: HTMLDetailsElement = byId("cards", HTMLDetailsElement);
  readonly #form: HTMLFormElement = byId("cards-form", HTMLFormElement);
  readonly #list: HTMLUListElement = byId("cards-list", HTMLUListElement);
  readonly #state: HTMLElement = byId("cards-state", HTMLSpanElement);
  readonly #count: HTMLElement = byId("cards-count", HTMLSpanElement);
  #projectId: string;
  #loaded = false;

  constructor(projectId: string) {
    this.#projectId = projectId;
    this.#details.addEventListener("toggle", () => void this.#load());
    byId("cards-add", HTMLButtonElement).addEventListener("click", () => this.#add());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  setProject(projectId: string): void {
    if (projectId === this.#projectId) return;
    this.#projectId = projectId;
    this.#loaded = false;
    this.#count.textContent = "";
    void this.#load();
  }

  async #load(): Promise<void> {
    if (!this.#details.open || this.#loaded || this.#projectId === "") return;
    this.#loaded = true;
    this.#state.textContent = "";
    const projectId = this.#projectId;
    try {
      const cards = cardsOf(await this.#request("GET"));
      if (projectId !== this.#projectId) return;
      this.#list.replaceChildren(...cards.map((card) => this.#row(card)));
      this.#showCount();
    } catch (thrown) {
      this.#loaded = false;
      this.#tell(`Not loaded: ${reason(thrown)}`);
    }
  }

  async #save(): Promise<void> {
    try {
      await this.#request("PUT", { cards: this.#cards() });
      this.#tell("Saved. The next answer uses them.");
      this.#showCount();
    } catch (thrown) {
      this.#tell(`Not saved: ${reason(thrown)}`);
    }
  }

  async #request(method: "GET" | "PUT", body?: { cards: PromptCard[] }): Promise<unknown> {
    const response = await fetchFrom("titles", `/projects/${encodeURIComponent(this.#projectId)}/cards`, {
      method,
      ...(body !== undefined && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new Error(hasMessage(answer) ? answer.message : `the server answered ${response.status}`);
  }

  #add(): void {
    const row = this.#row({ name: "", text: "" });
    this.#list.append(row);
    row.querySelector("input")?.focus();
  }

  #row(card: PromptCard): HTMLLIElement {
    const name = element("input", { "aria-label": "Card name", placeholder: "Name", required: true, maxlength: "100" });
    const text = element("textarea", { "aria-label": "Card text", placeholder: "Text", required: true, rows: "2" });
    name.value = card.name;
    text.value = card.text;
    const remove = button("Remove", "button button-quiet", () => {
      row.remove();
      this.#tell("Removed here. Save to keep it so.");
    });
    const row = element("li", { class: "card-row" }, element("div", { class: "card-head" }, name, remove), text);
    return row;
  }

  #cards(): PromptCard[] {
    return [...this.#list.children].map((row) => ({
      name: row.querySelector("input")?.value.trim() ?? "",
      text: row.querySelector("textarea")?.value.trim() ?? "",
    }));
  }

  #showCount(): void {
    const count = this.#list.children.length;
    this.#count.textContent = count === 0 ? "" : String(count);
  }

  #tell(text: string): void {
    this.#state.textContent = text;
  }
}

function cardsOf(answer: unknown): readonly PromptCard[] {
  if (typeof answer !== "object" || answer === null || !("cards" in answer) || !Array.isArray(answer.cards)) return [];
  return answer.cards.filter(isCard);
}

function isCard(value: unknown): value is PromptCard {
  if (typeof value !== "object" || value === null || !("name" in value) || !("text" in value)) return false;
  return typeof value.name === "string" && typeof value.text === "string";
}

function hasMessage(value: unknown): value is { message: string } {
  return typeof value === "object" && value !== null && "message" in value && typeof value.message === "string";
}

function reason(thrown: unknown): string {
  return thrown instanceof TypeError
    ? "the server cannot be reached."
    : thrown instanceof Error
      ? thrown.message
      : "unknown.";
}
