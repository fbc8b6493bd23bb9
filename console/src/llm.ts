import type { Turn } from "sluice";
import type { Gateways } from "../../apps/index.ts";
import { ChatFace } from "./chat-face.ts";
import { byId } from "./element.ts";
import { question } from "./question.ts";
import { readConfig } from "./server-config.ts";
import { SystemPage } from "./system-page.ts";

/** One message as it was sent, with all that stood before it: the same request has the same body. */
interface Message {
  readonly messages: readonly Turn[];
  readonly modelId?: string;
  readonly systemPrompt?: string;
}

const message = byId("message", HTMLTextAreaElement);
const system = byId("system", HTMLTextAreaElement);
const model = byId("model", HTMLSelectElement);

const page: SystemPage<Gateways["llm"], Message> = new SystemPage<Gateways["llm"], Message>({
  system: "llm",
  ask: (client, input, requestId) => client.run("llm/stream", { data: input }, { requestId }),
  face: () => new ChatFace(),
  question: (input) => question(saidIn(input), false),
  said: saidIn,
  read() {
    const content = message.value.trim();
    if (content === "") return undefined;
    message.value = "";
    const systemPrompt = system.value.trim();
    return {
      messages: [...page.conversation.history(), { role: "user", content }],
      ...(model.value !== "" && { modelId: model.value }),
      ...(systemPrompt !== "" && { systemPrompt }),
    };
  },
});

byId("new", HTMLButtonElement).addEventListener("click", () => {
  page.conversation.clear();
  message.focus();
});
const last = page.kept.turns.at(-1)?.input;
system.value = last?.systemPrompt ?? "";
void offerModels(last?.modelId);

function saidIn({ messages }: Message): string {
  return messages.at(-1)?.content ?? "";
}

/** There is a choice where the server has more than one. */
async function offerModels(chosen: string | undefined): Promise<void> {
  const models = (await readConfig()).llmModels ?? [];
  model.append(...models.map((id) => new Option(id, id, false, id === chosen)));
  byId("model-field", HTMLDivElement).hidden = models.length < 2;
}
