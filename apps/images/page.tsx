import { type ReactElement, useRef, useState } from "react";
import type { Client } from "sluice/client";
import { useChat, useUpload } from "sluice/react";
import { AnswerBubble, ImageUpload, LiveRegion, MessageList, UserBubble } from "sluice/react-ui";
import { AskForm } from "../page/ask-form.tsx";
import { Desk } from "../page/desk.tsx";
import { Empty } from "../page/empty.tsx";
import { Field } from "../page/field.tsx";
import { Used } from "../page/used.tsx";
import type { images } from "./index.ts";

/** Questions about images: each is uploaded first, since a message on the WebSocket has 32 KB at most. */
export function ImagesPage({ client }: { readonly client: Client<typeof images> }): ReactElement {
  const [file, setFile] = useState<File>();
  const [missing, setMissing] = useState(false);
  const uploads = useUpload<{ uploadId: string }>(client);
  const chat = useChat(client, "processImage", { id: "images", input: () => ({}) });
  const upload = uploads.items.at(-1);
  const stopped = useRef(false);
  const busy = chat.status === "submitted" || chat.status === "streaming" || upload?.status === "uploading";
  const last = chat.messages.findLast((message) => message.role === "assistant");

  const forgetUploads = (): void => {
    for (const { id } of uploads.items) uploads.remove(id);
  };
  const choose = (chosen: File | undefined): void => {
    forgetUploads();
    setFile(chosen);
    setMissing(false);
  };
  const ask = async (fields: FormData): Promise<void> => {
    setMissing(file === undefined);
    if (file === undefined) return;
    stopped.current = false;
    const uploaded = await uploads.upload(file);
    if (uploaded === undefined || stopped.current) return;
    const prompt = String(fields.get("prompt")).trim();
    chat.send(prompt === "" ? file.name : `${file.name}: ${prompt}`, { uploadId: uploaded.uploadId, prompt });
  };
  const stop = (): void => {
    if (upload?.status !== "uploading") return void chat.cancel();
    stopped.current = true;
    forgetUploads();
  };
  return (
    <Desk
      heading="Ask about an image"
      lead="Drop a picture, and read what a model sees on it."
      busy={busy}
      form={
        <AskForm send="Ask" busy={busy} onSend={(fields) => void ask(fields)} onCancel={stop}>
          <ImageUpload value={file} onChange={choose} upload={upload} />
          {missing && <p role="alert">Choose an image first.</p>}
          <Field label="Question, if any" htmlFor="prompt">
            <textarea id="prompt" name="prompt" rows={3} maxLength={20_000} placeholder="Describe this image." />
          </Field>
        </AskForm>
      }
    >
      {last === undefined && <Empty>What is on your image will appear here</Empty>}
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
    </Desk>
  );
}
