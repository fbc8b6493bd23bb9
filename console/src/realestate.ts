import type { Gateways } from "../../apps/index.ts";
import { byId } from "./element.ts";
import { InquiryFace } from "./inquiry-face.ts";
import { question } from "./question.ts";
import { SystemPage } from "./system-page.ts";

interface Inquiry {
  readonly question: string;
  readonly context?: string;
  readonly query_type: string;
}

const asked = byId("question", HTMLTextAreaElement);
const context = byId("context", HTMLTextAreaElement);
const queryType = byId("query-type", HTMLSelectElement);

const page = new SystemPage<Gateways["realestate"], Inquiry>({
  system: "realestate",
  ask: (client, input, requestId) => client.run("invoke", input, { requestId }),
  face: () => new InquiryFace(),
  question: (input) => question(input.question, false),
  said: (input) => input.question,
  read() {
    const [text, more] = [asked.value.trim(), context.value.trim()];
    if (text === "") return undefined;
    return { question: text, query_type: queryType.value, ...(more !== "" && { context: more }) };
  },
});

const last = page.kept.turns.at(-1)?.input;
if (last !== undefined) {
  asked.value = last.question;
  context.value = last.context ?? "";
  queryType.value = last.query_type;
}
