import type { StatusEvent } from "sluice/protocol";
import { element } from "./element.ts";

const STAGES = ["initializing", "analyzing", "generating", "finalizing"] as const;
type Stage = (typeof STAGES)[number];

/** Where a stage begins that the server did not name, as a share of the whole. */
const STAGE_BEGINS: readonly (readonly [Stage, number])[] = [
  ["finalizing", 0.9],
  ["generating", 0.4],
  ["analyzing", 0.1],
];

/** How far a run is: four stages and a percentage. */
export class Progress {
  readonly element: HTMLDivElement;
  readonly #bar: HTMLDivElement;
  readonly #step: HTMLSpanElement = element("span", { class: "progress-step" }, "Waiting for the server…");
  readonly #percent: HTMLSpanElement = element("span", { class: "progress-percent" }, "0%");
  readonly #stages: ReadonlyMap<Stage, HTMLLIElement>;

  constructor() {
    this.#stages = new Map(STAGES.map((stage) => [stage, element("li", {}, capitalized(stage))]));
    this.#bar = element("div", {
      class: "progress-bar",
      role: "progressbar",
      "aria-label": "Progress",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      "aria-valuenow": "0",
    });
    this.#bar.append(element("div", { class: "progress-fill" }));
    this.element = element(
      "div",
      { class: "progress" },
      element("div", { class: "progress-head" }, this.#step, this.#percent),
      this.#bar,
      element("ol", { class: "progress-stages", "aria-hidden": "true" }, ...this.#stages.values()),
    );
  }

  show(status: StatusEvent): void {
    const share = Math.min(Math.max(status.progress ?? 0, 0), 1);
    const percent = Math.round(share * 100);
    const current = stageOf(status, share);
    this.#step.textContent = status.text;
    this.#percent.textContent = `${percent}%`;
    this.#bar.setAttribute("aria-valuenow", String(percent));
    this.#bar.setAttribute("aria-valuetext", `${capitalized(current)}, ${percent} percent`);
    this.#bar.style.setProperty("--share", String(share));
    for (const [stage, item] of this.#stages) {
      item.classList.toggle("is-current", stage === current);
      item.classList.toggle("is-past", STAGES.indexOf(stage) < STAGES.indexOf(current));
    }
  }
}

function stageOf(status: StatusEvent, share: number): Stage {
  const named = STAGES.find((stage) => stage === status.stage);
  return named ?? STAGE_BEGINS.find(([, from]) => share >= from)?.[0] ?? "initializing";
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
