import type { ReactElement } from "react";
import { type RunView, useView } from "sluice/react";
import { AnswerBubble, ToolChips } from "sluice/react-ui";
import type { InvokeResult } from "../orchestrator.ts";

interface Citation {
  readonly file: string;
  readonly heading: string;
}

export interface AgentAnswerProps {
  readonly view: RunView<InvokeResult>;
  readonly onRetry: () => void;
}

/** An agent's answer: its status and tools while it works, the places that it cites. */
export function AgentAnswer({ view, onRetry }: AgentAnswerProps): ReactElement {
  const { status, progress, tools, data, result } = useView(view);
  const citations = (data["citations"] ?? []) as unknown as readonly Citation[];
  const header = (
    <>
      {result !== undefined && (
        <span className="sluice-hint">
          {result.agent} agent · {result.tools_used} of {result.tools_available} tools used
        </span>
      )}
      {status === "streaming" && progress !== undefined && <span className="sluice-hint">{progress.text}</span>}
      <ToolChips tools={tools} />
    </>
  );
  const footer = citations.length > 0 && (
    <ul className="border-t border-line pt-3 text-sm" aria-label="Sources">
      {citations.map(({ file, heading }) => (
        <li key={`${file} ${heading}`} className="wrap-anywhere">
          <code className="font-mono text-[0.8125rem]">{file}</code>
          {heading !== "" && ` § ${heading}`}
        </li>
      ))}
    </ul>
  );
  return <AnswerBubble view={view} header={header} footer={footer} onRetry={onRetry} />;
}
