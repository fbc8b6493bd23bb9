import type { ErrorCode } from "sluice/protocol";
import { button, element } from "./element.ts";

/** What went wrong, for the reader. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** A failure in words, with its code and whether a retry may help; the button is there only where it may. */
export function troubleNotice(trouble: Trouble, retry: () => void): HTMLDivElement {
  const advice = trouble.retryable ? "Trying again may help." : "Trying again as it is will not help.";
  const notice = element(
    "div",
    { class: "notice notice-bad", role: "alert" },
    element("p", {}, `${sentence(headline(trouble))} ${advice}`),
    element("p", { class: "notice-code" }, "Code ", element("code", {}, trouble.code)),
  );
  if (trouble.retryable) notice.append(button("Try again", "button", retry));
  return notice;
}

/** Says that a cancelled answer keeps what had come. */
export function cancelledNotice(partialLength: number): HTMLDivElement {
  const kept =
    partialLength === 0
      ? "Nothing had arrived yet."
      : `The ${counted(partialLength, "character")} that had arrived ${partialLength === 1 ? "is" : "are"} kept.`;
  return element("div", { class: "notice" }, element("p", {}, `Cancelled. ${kept}`));
}

/** `1 title`, `1,204 characters`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function headline({ code, message }: Trouble): string {
  if (code === "stream_gone" || code === "not_found") return "The server no longer keeps this answer.";
  return message === "" ? "Something went wrong." : message;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
