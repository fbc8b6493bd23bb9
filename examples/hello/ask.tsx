import type { ReactElement } from "react";
import { createClient } from "sluice/client";
import { useRun } from "sluice/react";
import { AnswerBubble } from "sluice/react-ui";
import "sluice/react-ui/styles.css";
import type { assistant } from "./server.ts";

const client = createClient<typeof assistant>({ url: "/assistant" });

export function Ask(): ReactElement {
  const { view, start, cancel } = useRun(client, "ask", { keep: "ask" }); // goes on after a reload
  return (
    <>
      <button onClick={() => start({ question: "Why is the sky blue?" })}>Ask</button>
      {view !== undefined && <AnswerBubble view={view} />}
      <button onClick={() => void cancel()}>Stop</button>
    </>
  );
}
