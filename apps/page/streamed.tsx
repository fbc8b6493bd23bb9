import type { ReactElement } from "react";
import { type RunView, useStreamText } from "sluice/react";
import { counted } from "sluice/react-ui";

/** The text of an answer that is shown in another form, as it came. */
export function Streamed({ view }: { readonly view: RunView }): ReactElement {
  const { blocks, tail } = useStreamText(view);
  const text = blocks.join("") + tail;
  return (
    <details>
      <summary className="sluice-hint">As it was streamed, {counted(text.length, "character")}</summary>
      <div className="sluice-text mt-3 rounded-xl bg-sunken p-5 text-[0.9375rem]">
        <div className="sluice-block">{text}</div>
      </div>
    </details>
  );
}
