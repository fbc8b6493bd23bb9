import type { ReactElement } from "react";

/** Three dots: an answer is on its way, and no text of it is here yet. The words are in `AnswerStatus`. */
export function StreamingIndicator(): ReactElement {
  return (
    <span className="sluice-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
