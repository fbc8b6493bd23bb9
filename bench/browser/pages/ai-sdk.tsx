/** The transcript with `useChat`, as its documentation shows it. */
import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport, type UIMessage } from "ai";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { asked, lastText, root } from "./asked.ts";
import { HISTORY, QUESTION } from "./history.ts";
import { CHUNK_CHARACTERS } from "../prose.ts";
import "./page.css";

const { throttle, chunks, perSecond } = asked();
const INITIAL: UIMessage[] = HISTORY.map(({ id, role, content }) => ({
  id,
  role,
  parts: [{ type: "text", text: content }],
}));

function Chat(): ReactElement {
  const [transport] = useState(() => new DefaultChatTransport({ api: "/api/chat", body: { chunks, perSecond } }));
  const end = useRef<HTMLDivElement>(null);
  const { messages, status, sendMessage } = useChat({
    transport,
    messages: INITIAL,
    ...(throttle !== undefined && { throttle }),
  });

  useEffect(() => {
    window.bench.ask = () => void sendMessage({ text: QUESTION });
  }, [sendMessage]);

  useEffect(() => {
    end.current?.scrollIntoView();
    // A throttled update may come after the status.
    if (status === "ready" && lastLength(messages) === chunks * CHUNK_CHARACTERS) window.bench.finished();
  }, [messages, status]);

  return (
    <div className="transcript">
      {messages.map((message) => (
        <div key={message.id} className={`message ${message.role}`}>
          <div className="text">
            {message.parts.map((part, index) =>
              // oxlint-disable-next-line react/no-array-index-key -- as its documentation has it
              part.type === "text" ? <span key={index}>{part.text}</span> : null,
            )}
          </div>
        </div>
      ))}
      {status === "streaming" && <span className="streaming">Streaming</span>}
      <div ref={end} />
    </div>
  );
}

function lastLength(messages: readonly UIMessage[]): number {
  const part = messages.at(-1)!.parts.find(({ type }) => type === "text");
  return part?.type === "text" ? part.text.length : 0;
}

window.bench.shownText = () => lastText(".assistant .text");
createRoot(root()).render(<Chat />);
