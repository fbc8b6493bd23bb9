import { type ReactElement, useState } from "react";
import { type RunView, useView } from "sluice/react";
import { AnswerBubble, AnswerStatus, ResultCard, ToolChips } from "sluice/react-ui";
import { Streamed } from "../../page/streamed.tsx";
import type { Prediction } from "../prediction.ts";
import { dateIn } from "./date-in.ts";

export interface PredictionAnswerProps {
  readonly view: RunView<Prediction>;
  readonly timeZone: string | undefined;
  /** Resolves with whether it was kept. */
  readonly onSave: (prediction: Prediction) => Promise<boolean>;
  readonly onRetry: () => void;
}

/** A prediction in the making: the agent's status, tools and words, and at the end a card that can be saved. */
export function PredictionAnswer({ view, timeZone, onSave, onRetry }: PredictionAnswerProps): ReactElement {
  const { progress, status, tools, result } = useView(view);
  const header = (
    <>
      {status === "streaming" && progress !== undefined && <span className="sluice-hint">{progress.text}</span>}
      <ToolChips tools={tools} />
    </>
  );
  if (result === undefined) return <AnswerBubble view={view} header={header} onRetry={onRetry} />;
  return (
    <article className="sluice-answer" aria-label="Answer">
      <header className="sluice-answer-head">
        <AnswerStatus view={view} />
        <SaveButton onSave={() => onSave(result)} />
        {header}
      </header>
      <ResultCard title="Prediction" value={result}>
        <p className="text-lg font-semibold">{result.prediction_statement}</p>
        <p className="text-accent tabular-nums">{dateIn(result.verification_date, timeZone)}</p>
        <p className="sluice-hint">{result.date_reasoning}</p>
        <Points title="Sources" points={result.verification_method.source} />
        <Points title="Criteria" points={result.verification_method.criteria} />
        <Points title="Steps" points={result.verification_method.steps} />
      </ResultCard>
      <Streamed view={view} />
    </article>
  );
}

function Points({ title, points }: { readonly title: string; readonly points: readonly string[] }): ReactElement {
  return (
    <>
      <h4 className="text-[0.8125rem] font-semibold text-soft">{title}</h4>
      <ol className={`pl-5 ${title === "Steps" ? "list-decimal" : "list-disc"}`}>
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ol>
    </>
  );
}

function SaveButton({ onSave }: { readonly onSave: () => Promise<boolean> }): ReactElement {
  const [state, setState] = useState<"saving" | "saved">();
  const save = async (): Promise<void> => {
    setState("saving");
    setState((await onSave()) ? "saved" : undefined);
  };
  return (
    <button
      className="sluice-button sluice-small"
      type="button"
      disabled={state !== undefined}
      onClick={() => void save()}
    >
      {state === "saved" ? "Saved" : "Save this call"}
    </button>
  );
}
