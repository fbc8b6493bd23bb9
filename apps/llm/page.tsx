import { type ReactElement, useState } from "react";
import type { Client } from "sluice/client";
import { useChat } from "sluice/react";
import { AnswerBubble, LiveRegion, MessageList, PromptBox, UserBubble } from "sluice/react-ui";
import { Desk } from "../page/desk.tsx";
import { Empty } from "../page/empty.tsx";
import { Field } from "../page/field.tsx";
import { Used } from "../page/used.tsx";
import type { llm } from "./index.ts";

export interface ChatPageProps {
  readonly client: Client<ReturnType<typeof llm>>;
  /** There is a choice where the server has more than one. */
  readonly models: readonly string[];
}

/** A chat with a model: what was said goes with each message, so that any server can answer it. */
export function ChatPage({ client, models }: ChatPageProps): ReactElement {
  const [modelId, setModelId] = useState<string>();
  const [systemPrompt, setSystemPrompt] = useState<string>();
  const chat = useChat(client, "llm/stream", {
    id: "llm",
    input: (content, history) => ({
      data: {
        messages: [...history, { role: "user" as const, content }],
        ...(model !== undefined && { modelId: model }),
        ...(system !== "" && { systemPrompt: system }),
      },
    }),
  });
  const asked = chat.messages.findLast((message) => message.role === "user");
  const last = chat.messages.findLast((message) => message.role === "assistant");
  const busy = chat.status === "submitted" || chat.status === "streaming";
  // After a reload as the last message had them.
  const model: string | undefined = modelId ?? asked?.input.data.modelId ?? models[0];
  const system: string = systemPrompt ?? asked?.input.data.systemPrompt ?? "";
  return (
    <Desk
      heading="Chat"
      lead="Every answer is kept while you are away."
      busy={busy}
      form={
        <>
          {models.length > 1 && (
            <Field label="Model" htmlFor="model">
              <select id="model" className="input" value={model} onChange={({ target }) => setModelId(target.value)}>
                {models.map((id) => (
                  <option key={id}>{id}</option>
                ))}
              </select>
            </Field>
          )}
          <Field label="System prompt, if any" htmlFor="system">
            <textarea
              id="system"
              className="input"
              rows={3}
              maxLength={20_000}
              value={system}
              onChange={({ target }) => setSystemPrompt(target.value)}
            />
          </Field>
          <button className="sluice-button self-start" type="button" onClick={chat.clear}>
            New chat
          </button>
        </>
      }
    >
      {last === undefined && <Empty>The answers will appear here</Empty>}
      <MessageList busy={busy}>
        {chat.messages.map((message) =>
          message.role === "user" ? (
            <UserBubble key={message.id}>{message.text}</UserBubble>
          ) : (
            <AnswerBubble
              key={message.id}
              view={message.view}
              footer={<Used view={message.view} />}
              onRetry={chat.regenerate}
            />
          ),
        )}
      </MessageList>
      <LiveRegion view={last?.view} />
      <PromptBox label="Message" busy={busy} onSend={chat.send} onCancel={chat.cancel} />
    </Desk>
  );
}
