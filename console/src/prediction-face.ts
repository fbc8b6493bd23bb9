import type { CompleteEvent, Event } from "sluice/protocol";
import type { AnswerFace, AnswerSlots } from "./answer.ts";
import { button, element } from "./element.ts";
import { type Prediction, dateIn, isPrediction } from "./prediction.ts";
import { ToolChips } from "./tool-chips.ts";

/** A prediction in the making: its status and tools, what the agent says, and a card at the end that can be saved. */
export class PredictionFace implements AnswerFace {
  readonly element: HTMLDivElement = element("div", { class: "agent" });
  readonly #status: HTMLParagraphElement = element("p", { class: "hint" }, "Waiting for the server…");
  readonly #tools = new ToolChips();
  readonly #timeZone: string | undefined;
  readonly #save: (prediction: Prediction) => Promise<boolean>;

  /** `save` gives whether it was kept. */
  constructor(timeZone: string | undefined, save: (prediction: Prediction) => Promise<boolean>) {
    this.#timeZone = timeZone;
    this.#save = save;
    this.element.append(this.#status, this.#tools.element);
  }

  show(event: Event): void {
    if (event.type === "status") this.#status.textContent = event.text;
    this.#tools.show(event);
  }

  complete({ result }: CompleteEvent, slots: AnswerSlots): string {
    if (!isPrediction(result)) return "Complete.";
    slots.actions.replaceChildren(this.#saveButton(result));
    const streamed = element("details", { class: "streamed" }, element("summary", {}, "What the agent said"));
    slots.text.replaceWith(this.#card(result), streamed);
    streamed.append(slots.text);
    return `Complete: to be checked on ${dateIn(result.verification_date, this.#timeZone)}.`;
  }

  end(): void {
    this.#status.remove();
  }

  #saveButton(prediction: Prediction): HTMLButtonElement {
    const save = button("Save this call", "button", () => {
      save.disabled = true;
      void this.#save(prediction).then((kept) => {
        save.disabled = kept;
        save.textContent = kept ? "Saved" : "Save this call";
      });
    });
    return save;
  }

  #card(prediction: Prediction): HTMLElement {
    const { source, criteria, steps } = prediction.verification_method;
    const list = (title: string, items: readonly string[], tag: "ul" | "ol" = "ul"): HTMLElement[] => [
      element("h4", {}, title),
      element(tag, {}, ...items.map((item) => element("li", {}, item))),
    ];
    return element(
      "section",
      { class: "prediction", "aria-label": "Prediction" },
      element("h3", {}, prediction.prediction_statement),
      element("p", { class: "prediction-date" }, dateIn(prediction.verification_date, this.#timeZone)),
      element("p", { class: "hint" }, prediction.date_reasoning),
      ...list("Sources", source),
      ...list("Criteria", criteria),
      ...list("Steps", steps, "ol"),
    );
  }
}
