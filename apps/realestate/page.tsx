import { type ReactElement, useState } from "react";
import type { Client } from "sluice/client";
import { useChat } from "sluice/react";
import { LiveRegion, MessageList, UserBubble } from "sluice/react-ui";
import { AskForm } from "../page/ask-form.tsx";
import { Desk } from "../page/desk.tsx";
import { Empty } from "../page/empty.tsx";
import { Field } from "../page/field.tsx";
import { QuestionField } from "../page/question-field.tsx";
import type { realestate } from "./index.ts";
import { AgentAnswer } from "./page/agent-answer.tsx";

const QUERY_TYPES = { general: "General", rag: "Documents", zoning: "Zoning", building_codes: "Building codes" };

/** Questions to agents that search the documents and use tools: each answer says which, and what it stands on. */
export function RealEstatePage({ client }: { readonly client: Client<ReturnType<typeof realestate>> }): ReactElement {
  const [written, setQuestion] = useState<string>();
  const [queryType, setQueryType] = useState<string>();
  const [context, setContext] = useState<string>();
  const chat = useChat(client, "invoke", { id: "realestate", input: (text) => ({ question: text }) });
  const asked = chat.messages.findLast((message) => message.role === "user");
  const last = chat.messages.findLast((message) => message.role === "assistant");
  const busy = chat.status === "submitted" || chat.status === "streaming";
  // After a reload as they were asked last.
  const question = written ?? asked?.text ?? "";
  const type = queryType ?? asked?.input.query_type ?? "general";
  const more = context ?? asked?.input.context ?? "";
  const ask = (): void => {
    if (question.trim() === "") return;
    chat.send(question.trim(), { query_type: type, ...(more !== "" && { context: more }) });
  };
  return (
    <Desk
      heading="Ask about real estate"
      lead="An agent searches the documents and says where its answer stands."
      busy={busy}
      form={
        <AskForm send="Ask" busy={busy} onSend={ask} onCancel={chat.cancel}>
          <QuestionField label="Question" value={question} onChange={setQuestion} />
          <Field label="Query type" htmlFor="query-type">
            <select
              id="query-type"
              className="input"
              value={type}
              onChange={({ target }) => setQueryType(target.value)}
            >
              {Object.entries(QUERY_TYPES).map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Context, if any" htmlFor="context">
            <textarea
              id="context"
              rows={3}
              maxLength={100_000}
              value={more}
              onChange={({ target }) => setContext(target.value)}
            />
          </Field>
        </AskForm>
      }
    >
      {last === undefined && <Empty>The answers will appear here</Empty>}
      <MessageList busy={busy}>
        {chat.messages.map((message) =>
          message.role === "user" ? (
            <UserBubble key={message.id}>{message.text}</UserBubble>
          ) : (
            <AgentAnswer key={message.id} view={message.view} onRetry={chat.regenerate} />
          ),
        )}
      </MessageList>
      <LiveRegion view={last?.view} />
    </Desk>
  );
}
