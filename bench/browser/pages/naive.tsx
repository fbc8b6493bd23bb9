/** The transcript as it is written by hand: one list in one state, copied for each chunk, and a scroll after each. */
import { type ReactElement, useCallback, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { asked, lastText, root } from "./asked.ts";
import { HISTORY, QUESTION } from "./history.ts";
import { type ServerMessage, useSocket } from "./naive-socket.ts";
import "./page.css";

interface ChatMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly isStreaming?: boolean;
}

function Chat(): ReactElement {
  const [messages, setMessages] = useState<readonly ChatMessage[]>(HISTORY);
  const streamingId = useRef<string>(null);
  const end = useRef<HTMLDivElement>(null);
  const { isConnected, sendMessage, addMessageListener, removeMessageListener } = useSocket("/socket");

  const scrollToBottom = useCallback(() => end.current?.scrollIntoView(), []);

  const change = useCallback((how: (message: ChatMessage) => ChatMessage) => {
    const id = streamingId.current;
    setMessages((previous) => {
      const updated = [...previous];
      const index = updated.findIndex((message) => message.id === id);
      if (index !== -1) updated[index] = how(updated[index]!);
      return updated;
    });
  }, []);

  useEffect(() => {
    const handleMessage = (message: ServerMessage): void => {
      if (message.type === "stream_chunk") {
        change((old) => ({ ...old, content: old.content + message.content, isStreaming: true }));
        scrollToBottom();
      } else if (message.type === "stream_complete") {
        change((old) => ({ ...old, content: message.fullContent, isStreaming: false }));
        streamingId.current = null;
        window.bench.finished();
      }
    };
    addMessageListener(handleMessage);
    return () => removeMessageListener(handleMessage);
  }, [addMessageListener, removeMessageListener, change, scrollToBottom]);

  useEffect(() => {
    scrollToBottom();
    if (!isConnected) return;
    window.bench.ask = () => {
      streamingId.current = "answer";
      setMessages((previous) => [
        ...previous,
        { id: "question", role: "user", content: QUESTION },
        { id: "answer", role: "assistant", content: "", isStreaming: true },
      ]);
      const { chunks, perSecond } = asked();
      sendMessage({ action: "stream", chunks, perSecond });
    };
  }, [isConnected, sendMessage, scrollToBottom]);

  return (
    <div className="transcript">
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
      <div ref={end} />
    </div>
  );
}

function Message({ message }: { readonly message: ChatMessage }): ReactElement {
  return (
    <div className={`message ${message.role}`}>
      <div className="text">{message.content}</div>
      {message.isStreaming && <span className="streaming">Streaming</span>}
    </div>
  );
}

window.bench.shownText = () => lastText(".assistant .text");
createRoot(root()).render(<Chat />);
