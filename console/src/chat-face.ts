import type { CompleteEvent } from "sluice/protocol";
import type { AnswerFace, AnswerSlots } from "./answer.ts";
import { element } from "./element.ts";
import { counted } from "./notice.ts";

/** A model's answer: under it, which model it was, why it stopped, and what it used. */
export class ChatFace implements AnswerFace {
  readonly element: HTMLDivElement = element("div", { class: "agent" });

  show(): void {}

  complete({ result, usage }: CompleteEvent, slots: AnswerSlots): string {
    const { modelId, stopReason } = (result ?? {}) as Partial<Record<string, unknown>>;
    const facts = [
      typeof modelId === "string" ? modelId : "",
      stopReason === "max_tokens" ? "cut off at its longest" : "",
      usage === undefined
        ? ""
        : `${counted(usage.inputTokens, "token")} read, ${counted(usage.outputTokens, "token")} written`,
    ];
    slots.meta.textContent = facts.filter((fact) => fact !== "").join(" · ");
    return "Complete.";
  }

  end(): void {}
}
