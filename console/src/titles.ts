import type { titles } from "../../apps/titles/index.ts";
import type { RouteInput } from "sluice/client";
import { BottomPin } from "./bottom-pin.ts";
import { Composer } from "./composer.ts";
import { ConnectionBadge } from "./connection-badge.ts";
import { Conversation } from "./conversation.ts";
import { byId } from "./element.ts";
import { FollowUp } from "./follow-up.ts";
import { question } from "./question.ts";
import { Kept } from "./kept.ts";
import { PromptCards } from "./prompt-cards.ts";
import { showStandIn } from "./server-config.ts";
import { startTheme } from "./theme.ts";
import { TitlesFace } from "./titles-face.ts";
import { Wire } from "./wire.ts";

startTheme();
void showStandIn(byId("stand-in", HTMLParagraphElement));

const kept = new Kept<RouteInput<typeof titles, "stream">>("titles");
const wire = Wire.to<typeof titles>("titles", kept.session);
const announcement = byId("announcement", HTMLParagraphElement);
const empty = byId("empty", HTMLDivElement);

const conversation = new Conversation({
  kept,
  wire,
  ask: (client, input, requestId) => client.run("stream", input, { requestId }),
  face: () => new TitlesFace(),
  question: ({ userInput }, isFirst) => question(userInput, isFirst),
  said: ({ userInput }) => userInput,
  pin: new BottomPin(),
  transcript: byId("transcript", HTMLDivElement),
  announce: (text) => (announcement.textContent = text),
  changed,
});
const composer = new Composer({
  submit: ({ projectId, article }) => conversation.begin({ projectId, userInput: article, chat_history: [] }),
  projectChanged: (projectId) => cards.setProject(projectId),
});
const followUp = new FollowUp((text) => {
  const projectId = kept.turns.at(-1)?.input.projectId;
  if (projectId !== undefined) conversation.ask({ projectId, userInput: text, chat_history: conversation.history() });
});
const first = kept.turns[0];
if (first !== undefined) composer.write({ projectId: first.input.projectId, article: first.input.userInput });
const cards = new PromptCards(composer.projectId);
void new ConnectionBadge(byId("connection", HTMLDivElement)).watch(wire);
conversation.restore();

function changed(): void {
  empty.hidden = !conversation.isEmpty;
  composer.setBusy(conversation.isBusy);
  followUp.show({ shown: conversation.hasText, ready: !conversation.isBusy });
}
