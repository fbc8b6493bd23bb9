import type { ReactElement } from "react";
import { type RunView, useView } from "sluice/react";
import { AnswerBubble, AnswerStatus, CopyButton, Progress, counted } from "sluice/react-ui";
import { Streamed } from "../../page/streamed.tsx";
import type { StreamResult } from "../stream.ts";

const STAGES = ["initializing", "analyzing", "generating", "finalizing"];

export interface TitlesAnswerProps {
  readonly view: RunView<StreamResult>;
  readonly onRetry: () => void;
}

/** An answer: its progress and text while it comes, its titles to be copied once they are there. */
export function TitlesAnswer({ view, onRetry }: TitlesAnswerProps): ReactElement {
  const { status, progress, result } = useView(view);
  const titles = result?.titles ?? [];
  if (status === "complete" && titles.length > 0) return <Suggested view={view} titles={titles} />;
  const header = progress !== undefined && status !== "error" && status !== "cancelled" && (
    <Progress {...progress} stages={STAGES} />
  );
  return <AnswerBubble view={view} header={header} onRetry={onRetry} />;
}

function Suggested({ view, titles }: { readonly view: RunView; readonly titles: readonly string[] }): ReactElement {
  return (
    <article className="sluice-answer" aria-label="Answer">
      <header className="sluice-answer-head pr-[calc(0.375rem+1px)]">
        <AnswerStatus view={view} />
        <span className="sluice-hint">{counted(titles.length, "title")}</span>
        <CopyButton label="Copy all" text={titles.join("\n")} />
      </header>
      <p>{introduction(view.wholeText, titles[0]!)}</p>
      <ol className="flex flex-col gap-1.5" aria-label="Suggested titles">
        {titles.map((title) => (
          <li
            key={title}
            className="flex items-start justify-between gap-3 rounded-xl border border-line bg-ground py-1.5 pr-1.5 pl-4 hover:border-accent"
          >
            <span className="py-1.5 text-[1.0625rem] leading-snug font-semibold wrap-anywhere">{title}</span>
            <CopyButton text={title} name={`Copy: ${title}`} />
          </li>
        ))}
      </ol>
      <Streamed view={view} />
    </article>
  );
}

/** What the answer says before its first title. */
function introduction(text: string, firstTitle: string): string {
  const begin = text.indexOf(firstTitle);
  return begin < 0 ? "" : text.slice(0, text.lastIndexOf("\n", begin) + 1).trim();
}
