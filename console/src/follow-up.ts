import { button, byId } from "./element.ts";

const IDEAS = ["Shorter", "More playful", "As questions"];

/** The box under the answers: ask for a change. */
export class FollowUp {
  readonly #form: HTMLFormElement = byId("follow-up", HTMLFormElement);
  readonly #text: HTMLInputElement = byId("follow-up-text", HTMLInputElement);
  readonly #send: HTMLButtonElement = byId("follow-up-send", HTMLButtonElement);
  #ready = false;

  constructor(ask: (text: string) => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#text.value.trim();
      if (!this.#ready || text === "") return;
      this.#text.value = "";
      ask(text);
    });
    const fill = (idea: string): void => {
      this.#text.value = idea;
      this.#form.requestSubmit();
    };
    byId("chips", HTMLDivElement).append(...IDEAS.map((idea) => button(idea, "chip", () => fill(idea))));
  }

  /** Shown once there is something to ask about; while an answer comes it stays, but sends nothing. */
  show(state: { shown: boolean; ready: boolean }): void {
    this.#form.hidden = !state.shown;
    this.#ready = state.ready;
    this.#send.setAttribute("aria-disabled", String(!state.ready));
    this.#form.classList.toggle("is-waiting", !state.ready);
  }
}
