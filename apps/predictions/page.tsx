import { type ReactElement, useState } from "react";
import type { Client } from "sluice/client";
import { type ChatMessage, useChat } from "sluice/react";
import { LiveRegion, MessageList, UserBubble } from "sluice/react-ui";
import { AskForm } from "../page/ask-form.tsx";
import { Desk } from "../page/desk.tsx";
import { Empty } from "../page/empty.tsx";
import { Field } from "../page/field.tsx";
import { QuestionField } from "../page/question-field.tsx";
import type { predictions } from "./index.ts";
import type { MakecallInput } from "./makecall.ts";
import { PredictionAnswer } from "./page/prediction-answer.tsx";
import { SavedCalls } from "./page/saved-calls.tsx";
import { useCalls } from "./page/use-calls.ts";

/** Predictions: an agent finds out when and how each can be checked. */
export function PredictionsPage({ client }: { readonly client: Client<ReturnType<typeof predictions>> }): ReactElement {
  const [written, setPrompt] = useState<string>();
  const [chosen, setChosen] = useState<string>();
  const calls = useCalls(client);
  const chat = useChat(client, "makecall", { id: "predictions", input: (prompt) => ({ prompt }) });
  const asked = chat.messages.findLast((message) => message.role === "user");
  const last = chat.messages.findLast((message) => message.role === "assistant");
  const busy = chat.status === "submitted" || chat.status === "streaming";
  // After a reload as the last prediction had them.
  const prompt = written ?? asked?.text ?? "";
  const timezone = chosen ?? asked?.input.timezone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const ask = (): void => {
    if (prompt.trim() !== "") chat.send(prompt.trim(), { timezone });
  };
  return (
    <Desk
      heading="Make a prediction"
      lead="An agent finds out when and how it can be checked."
      busy={busy}
      form={
        <>
          <AskForm send="Make the call" busy={busy} onSend={ask} onCancel={chat.cancel}>
            <QuestionField label="What will happen, and by when?" value={prompt} onChange={setPrompt} />
            <Field label="Time zone" htmlFor="timezone">
              <input
                id="timezone"
                className="input"
                required
                maxLength={64}
                spellCheck={false}
                value={timezone}
                onChange={({ target }) => setChosen(target.value)}
              />
            </Field>
          </AskForm>
          <SavedCalls calls={calls} />
        </>
      }
    >
      {last === undefined && <Empty>Your prediction will appear here</Empty>}
      <MessageList busy={busy}>
        {chat.messages.map((message, index) =>
          message.role === "user" ? (
            <UserBubble key={message.id}>{message.text}</UserBubble>
          ) : (
            <PredictionAnswer
              key={message.id}
              view={message.view}
              timeZone={zoneOf(chat.messages[index - 1]!)}
              onSave={calls.save}
              onRetry={chat.regenerate}
            />
          ),
        )}
      </MessageList>
      <LiveRegion view={last?.view} />
    </Desk>
  );
}

/** The zone that a question was asked with. */
function zoneOf(question: ChatMessage<MakecallInput>): string | undefined {
  return question.role === "user" ? (question.input.timezone ?? undefined) : undefined;
}
