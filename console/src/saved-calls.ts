import { button, byId, element } from "./element.ts";
import { type Prediction, dateIn, isPrediction } from "./prediction.ts";
import { fetchFrom } from "./server-config.ts";

interface SavedCall extends Prediction {
  readonly id: string;
}

interface CallPage {
  readonly items: readonly SavedCall[];
  readonly nextCursor?: string;
}

/** The predictions that were saved, newest first, a page at a time. */
export class SavedCalls {
  readonly #list = byId("calls-list", HTMLUListElement);
  readonly #more = byId("calls-more", HTMLButtonElement);
  readonly #state = byId("calls-state", HTMLParagraphElement);
  #cursor: string | undefined;

  constructor() {
    this.#more.addEventListener("click", () => void this.#load());
  }

  /** Shows them from the newest on. */
  async show(): Promise<void> {
    this.#list.replaceChildren();
    this.#cursor = undefined;
    await this.#load();
  }

  /** Saves one; false where it could not be. */
  async save(prediction: Prediction): Promise<boolean> {
    const headers = { "Content-Type": "application/json" };
    const answer = await this.#ask("", { method: "POST", headers, body: JSON.stringify(prediction) });
    if (answer === undefined) return false;
    await this.show();
    return true;
  }

  async #load(): Promise<void> {
    const query = this.#cursor === undefined ? "" : `?cursor=${encodeURIComponent(this.#cursor)}`;
    const page = (await this.#ask(query)) as CallPage | undefined;
    if (page === undefined) return;
    this.#list.append(...page.items.filter(isPrediction).map((call) => this.#row(call)));
    this.#cursor = page.nextCursor;
    this.#more.hidden = page.nextCursor === undefined;
    this.#count();
  }

  #row(call: SavedCall): HTMLLIElement {
    const remove = button("Delete", "button button-quiet", () => {
      void this.#ask(`/${call.id}`, { method: "DELETE" }).then((answer) => {
        if (answer !== undefined) row.remove();
        this.#count();
      });
    });
    remove.setAttribute("aria-label", `Delete: ${call.prediction_statement}`);
    const date = element("span", { class: "hint" }, dateIn(call.verification_date));
    const row = element("li", {}, element("p", {}, call.prediction_statement), date, remove);
    return row;
  }

  #count(): void {
    byId("calls-empty", HTMLParagraphElement).hidden = this.#list.childElementCount > 0;
  }

  /** The answer's JSON, null where it has none, undefined where it failed: then the page says so. */
  async #ask(which: string, init: RequestInit = {}): Promise<unknown> {
    this.#state.textContent = "";
    try {
      const response = await fetchFrom("predictions", `/calls${which}`, init);
      const answer: unknown = response.status === 204 ? null : await response.json();
      if (response.ok) return answer;
      this.#state.textContent = (answer as { message?: string }).message ?? "That did not work.";
    } catch {
      this.#state.textContent = "The server was not reached.";
    }
    return undefined;
  }
}
