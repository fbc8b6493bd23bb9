import type { CompleteEvent, DataEvent, Event } from "sluice/protocol";
import type { AnswerFace, AnswerSlots } from "./answer.ts";
import { element } from "./element.ts";
import { counted } from "./notice.ts";
import { ToolChips } from "./tool-chips.ts";

interface Citation {
  readonly file: string;
  readonly heading: string;
}

/** An agent's answer: its status and tools while it works, the places that it cites at the end. */
export class InquiryFace implements AnswerFace {
  readonly element: HTMLDivElement = element("div", { class: "agent" });
  readonly #status: HTMLParagraphElement = element("p", { class: "hint" }, "Waiting for the server…");
  readonly #tools = new ToolChips();
  #citations: readonly Citation[] = [];

  constructor() {
    this.element.append(this.#status, this.#tools.element);
  }

  show(event: Event): void {
    if (event.type === "status") this.#status.textContent = event.text;
    if (event.type === "data") this.#keep(event);
    this.#tools.show(event);
  }

  complete({ result }: CompleteEvent, slots: AnswerSlots): string {
    slots.meta.textContent = countsOf(result);
    if (this.#citations.length > 0) {
      const places = this.#citations.map(({ file, heading }) =>
        element("li", {}, element("code", {}, file), heading === "" ? "" : ` § ${heading}`),
      );
      slots.text.after(element("ul", { class: "citations", "aria-label": "Sources" }, ...places));
    }
    return `Complete: ${counted(this.#citations.length, "source")}.`;
  }

  end(): void {
    this.#status.remove();
  }

  #keep({ name, value }: DataEvent): void {
    if (name === "citations" && Array.isArray(value)) this.#citations = (value as unknown[]).filter(isCitation);
  }
}

function isCitation(value: unknown): value is Citation {
  const { file, heading } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof file === "string" && typeof heading === "string";
}

function countsOf(result: unknown): string {
  const { agent, tools_used, tools_available } = (result ?? {}) as Partial<Record<string, unknown>>;
  if (typeof agent !== "string" || typeof tools_used !== "number" || typeof tools_available !== "number") return "";
  return `${agent} agent · ${tools_used} of ${tools_available} tools used`;
}
