"use client";
import { type ReactElement, type ReactNode, memo } from "react";
import { type RunView, useStreamText } from "../react/index.ts";
import { StreamingIndicator } from "./streaming-indicator.tsx";

/** Shows one block of text; one that is closed never changes again. */
export type RenderBlock = (block: string) => ReactNode;

export interface AnswerTextProps {
  readonly view: RunView;
  readonly render: RenderBlock | undefined;
  readonly running: boolean;
}

/** The text of an answer as it grows. An open tail becomes the next closed block in its place, so that only it renders. */
export function AnswerText({ view, render, running }: AnswerTextProps): ReactElement | null {
  const { blocks, tail } = useStreamText(view);
  const texts = tail === "" ? blocks : [...blocks, tail];
  if (texts.length === 0) return running ? <StreamingIndicator /> : null;
  return (
    <div className="sluice-text" data-live={running}>
      {texts.map((text, index) => (
        // Blocks are only ever added, so that a block's place is its name.
        // oxlint-disable-next-line react/no-array-index-key
        <Block key={index} text={text} render={render} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly text: string;
  readonly render: RenderBlock | undefined;
}

const Block = memo(function Block({ text, render }: BlockProps): ReactElement {
  return <div className="sluice-block">{render === undefined ? text : render(text)}</div>;
});
