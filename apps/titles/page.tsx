import { type ReactElement, useState } from "react";
import type { Client } from "sluice/client";
import { useChat } from "sluice/react";
import { LiveRegion, MessageList, PromptBox, UserBubble } from "sluice/react-ui";
import { Desk } from "../page/desk.tsx";
import { Empty } from "../page/empty.tsx";
import type { titles } from "./index.ts";
import { ArticleForm, wordCount } from "./page/article-form.tsx";
import { PromptCards } from "./page/prompt-cards.tsx";
import { TitlesAnswer } from "./page/titles-answer.tsx";

const IDEAS = ["Shorter", "More playful", "As questions"];

/** Titles for an article, and changes to them: a conversation that begins with the article. */
export function TitlesPage({ client }: { readonly client: Client<typeof titles> }): ReactElement {
  const [chosen, setProjectId] = useState<string>();
  const chat = useChat(client, "stream", {
    id: "titles",
    input: (userInput, chat_history) => ({ projectId, userInput, chat_history }),
  });
  const [first] = chat.messages;
  const article = first?.role === "user" ? first : undefined;
  // After a reload as the article had it.
  const projectId: string = chosen ?? article?.input.projectId ?? "demo";
  const busy = chat.status === "submitted" || chat.status === "streaming";
  const last = chat.messages.findLast((message) => message.role === "assistant");
  const begin = (text: string, project: string): void => {
    setProjectId(project);
    chat.clear();
    chat.send(text, { projectId: project });
  };
  return (
    <Desk
      heading="Titles for your article"
      lead="Paste a draft. Suggestions stream in as they are written."
      busy={busy}
      form={
        <>
          <ArticleForm
            article={article?.text ?? ""}
            projectId={projectId}
            onProject={setProjectId}
            busy={busy}
            onSend={begin}
            onCancel={chat.cancel}
          />
          <PromptCards client={client} projectId={projectId} />
        </>
      }
    >
      <MessageList busy={busy}>
        {chat.messages.map((message) =>
          message.role === "assistant" ? (
            <TitlesAnswer key={message.id} view={message.view} onRetry={chat.regenerate} />
          ) : message === first ? (
            <Article key={message.id} text={message.text} />
          ) : (
            <UserBubble key={message.id}>{message.text}</UserBubble>
          ),
        )}
      </MessageList>
      <LiveRegion view={last?.view} />
      {last === undefined ? (
        <Empty>Your titles will appear here</Empty>
      ) : (
        <PromptBox label="Ask for a change" busy={busy} onSend={chat.send} onCancel={chat.cancel}>
          <fieldset className="flex flex-wrap gap-2" aria-label="Ideas">
            {IDEAS.map((idea) => (
              <button key={idea} className="chip" type="button" disabled={busy} onClick={() => chat.send(idea)}>
                {idea}
              </button>
            ))}
          </fieldset>
        </PromptBox>
      )}
    </Desk>
  );
}

/** What was asked about, as its first words. */
function Article({ text }: { readonly text: string }): ReactElement {
  return (
    <article className="border-l-3 border-line pl-4 text-[0.9375rem] text-soft" aria-label="You">
      <p className="text-[0.8125rem] font-medium text-ink">Your article, {wordCount(text)} words</p>
      <p className="truncate">{text.slice(0, 200)}</p>
    </article>
  );
}
