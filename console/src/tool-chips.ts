import type { Event } from "sluice/protocol";
import { element } from "./element.ts";

/** The tools that an agent calls, each as a chip that says how it went. */
export class ToolChips {
  readonly element: HTMLUListElement = element("ul", { class: "chips", "aria-label": "Tools" });
  readonly #chips = new Map<string, HTMLLIElement>();

  show(event: Event): void {
    if (event.type === "tool-call") this.#called(event.id, event.name);
    if (event.type === "tool-result") this.#answered(event.id, event.error);
  }

  #called(id: string, name: string): void {
    const chip = element("li", { class: "tool", "data-state": "running" }, name.replaceAll("_", " "));
    this.#chips.set(id, chip);
    this.element.append(chip);
  }

  #answered(id: string, error: string | undefined): void {
    const chip = this.#chips.get(id);
    if (chip === undefined) return;
    chip.dataset["state"] = error === undefined ? "done" : "failed";
    chip.append(error === undefined ? " ✓" : " failed");
    if (error !== undefined) chip.title = error;
  }
}
