/** The transcript with Sluice's hooks and components. */
import { type ReactElement, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "sluice/client";
import { useRun, viewOf } from "sluice/react";
import { AnswerBubble, MessageList, UserBubble } from "sluice/react-ui";
import "sluice/react-ui/styles.css";
import type { speechSystem } from "../sluice-system.ts";
import { asked, lastText, root } from "./asked.ts";
import { finishedRun } from "./finished-run.ts";
import { HISTORY, QUESTION } from "./history.ts";
import "./page.css";
import "./sluice.css";

const { sluice, chunks, perSecond } = asked();
const client = createClient<typeof speechSystem>({ url: sluice });
const TRANSCRIPT = HISTORY.map(({ id, role, content }) =>
  role === "user" ? (
    <UserBubble key={id}>{content}</UserBubble>
  ) : (
    <AnswerBubble key={id} view={viewOf(finishedRun(content))} />
  ),
);

function Chat(): ReactElement {
  const { start, view, status } = useRun(client, "speak");

  useEffect(() => {
    window.bench.ask = () => start({ chunks, perSecond });
  }, [start]);

  useEffect(() => {
    if (status === "complete") window.bench.finished();
  }, [status]);

  return (
    <MessageList busy={status === "streaming"}>
      {TRANSCRIPT}
      {view !== undefined && <UserBubble>{QUESTION}</UserBubble>}
      {view !== undefined && <AnswerBubble view={view} />}
    </MessageList>
  );
}

window.bench.shownText = () => lastText(".sluice-text");
createRoot(root()).render(<Chat />);
