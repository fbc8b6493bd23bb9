import { button, element } from "./element.ts";

const SHOW_COPIED_MS = 1600;

/** The typed result: each title as a card that can be copied. */
export function titleList(titles: readonly string[]): HTMLOListElement {
  return element("ol", { class: "titles", "aria-label": "Suggested titles" }, ...titles.map(titleCard));
}

function titleCard(title: string): HTMLLIElement {
  return element(
    "li",
    { class: "title-card" },
    element("span", { class: "title-text" }, title),
    copyButton("Copy", `Copy: ${title}`, title),
  );
}

/** A button that puts `text` on the clipboard, and says so; `name` is what a screen reader calls it. */
export function copyButton(label: string, name: string, text: string): HTMLButtonElement {
  const made = button(label, "button button-quiet", () => void copy());
  made.setAttribute("aria-label", name);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const copy = async (): Promise<void> => {
    const told = await navigator.clipboard.writeText(text).then(
      () => "Copied",
      () => "Not allowed",
    );
    made.textContent = told;
    made.classList.toggle("is-done", told === "Copied");
    clearTimeout(timer);
    timer = setTimeout(() => {
      made.textContent = label;
      made.classList.remove("is-done");
    }, SHOW_COPIED_MS);
  };
  return made;
}
