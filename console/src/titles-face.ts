import type { CompleteEvent, Event } from "sluice/protocol";
import type { AnswerFace, AnswerSlots } from "./answer.ts";
import { element } from "./element.ts";
import { counted } from "./notice.ts";
import { Progress } from "./progress.ts";
import { copyButton, titleList } from "./title-list.ts";

/** Titles: four stages while they come, and cards at the end. */
export class TitlesFace implements AnswerFace {
  readonly #progress: Progress = new Progress();

  get element(): HTMLElement {
    return this.#progress.element;
  }

  show(event: Event): void {
    if (event.type === "status") this.#progress.show(event);
  }

  complete({ result, text }: CompleteEvent, slots: AnswerSlots): string {
    const titles = titlesOf(result);
    const told = `Complete: ${counted(titles.length, "title")}.`;
    if (titles.length === 0) return told;
    slots.meta.textContent = counted(titles.length, "title");
    slots.actions.replaceChildren(copyButton("Copy all", "Copy all titles", titles.join("\n")));
    const intro = introduction(text, titles[0]!);
    const streamed = element("details", { class: "streamed" });
    slots.text.replaceWith(element("p", { class: "answer-intro" }, intro), titleList(titles), streamed);
    const summary = element("summary", {}, `As it was streamed, ${counted(text.length, "character")}`);
    streamed.append(summary, slots.text);
    return told;
  }

  end(): void {
    this.#progress.element.remove();
  }
}

function titlesOf(result: unknown): readonly string[] {
  if (typeof result !== "object" || result === null || !("titles" in result) || !Array.isArray(result.titles))
    return [];
  return result.titles.filter((title): title is string => typeof title === "string");
}

/** What the answer says before its first title. */
function introduction(text: string, firstTitle: string): string {
  const begin = text.indexOf(firstTitle);
  return begin < 0 ? "" : text.slice(0, text.lastIndexOf("\n", begin) + 1).trim();
}
