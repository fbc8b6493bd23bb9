import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import { createClient } from "../client/client.ts";
import { SluiceError } from "../protocol/errors.ts";
import { ErrorNote } from "./error-note.tsx";
import {
  AnswerBubble,
  ConnectionStatus,
  ImageUpload,
  LiveRegion,
  MessageList,
  Progress,
  PromptBox,
  ResultCard,
  Timings,
  ToolChips,
  UserBubble,
} from "./index.ts";
import { toldView } from "./test-support/told-view.ts";

it("renders on a server, without one style attribute: the Content-Security-Policy of the pages refuses those", () => {
  const { view } = toldView();
  const html = renderToString(
    <>
      <ConnectionStatus client={createClient({ url: "http://127.0.0.1/titles" })} />
      <MessageList>
        <UserBubble>Hello</UserBubble>
        <AnswerBubble
          view={view}
          header={<Progress value={0.4} stages={["one", "two"]} stage="two" />}
          footer={<Timings view={view} />}
        />
      </MessageList>
      <LiveRegion view={view} />
      <ToolChips tools={[{ id: "1", name: "current_time", input: {}, output: "now", state: "done" }]} />
      <ResultCard value={{ verification_date: "2026-12-31", sources: ["one"], certain: false }} />
      <ImageUpload value={undefined} onChange={() => {}} />
      <PromptBox label="Question" onSend={() => {}} />
      <ErrorNote error={new SluiceError("rate_limited", "Too many", { retryAfterMs: 3000 })} onRetry={() => {}} />
    </>,
  );
  expect(html).not.toMatch(/\sstyle=/);
  for (const words of ["Ready", "Starting", "40%", "Current time", "Verification date", "Too many"]) {
    expect(html).toContain(words);
  }
});
