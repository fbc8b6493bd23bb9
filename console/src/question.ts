import { element } from "./element.ts";
import { counted } from "./notice.ts";

/** More than fits on one line: the page cuts it there. */
const EXCERPT = 200;

/** What was asked: an article as its opening words, a follow-up as it was written. */
export function question(text: string, isArticle: boolean): HTMLElement {
  if (!isArticle) return element("p", { class: "question" }, text);
  const flat = text.replaceAll(/\s+/g, " ").trim();
  const excerpt = flat.slice(0, EXCERPT);
  return element(
    "p",
    { class: "question question-article" },
    element("span", { class: "question-label" }, `Your article, ${counted(wordCount(text), "word")}`),
    excerpt,
  );
}

/** Words in a text, as people count them. */
export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
