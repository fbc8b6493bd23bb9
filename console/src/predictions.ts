import type { Gateways } from "../../apps/index.ts";
import { byId } from "./element.ts";
import { PredictionFace } from "./prediction-face.ts";
import { question } from "./question.ts";
import { SavedCalls } from "./saved-calls.ts";
import { SystemPage } from "./system-page.ts";

interface Request {
  readonly prompt: string;
  readonly timezone: string;
}

const prompt = byId("prompt", HTMLTextAreaElement);
const timezone = byId("timezone", HTMLInputElement);
const calls = new SavedCalls();

const page = new SystemPage<Gateways["predictions"], Request>({
  system: "predictions",
  ask: (client, input, requestId) => client.run("makecall", input, { requestId }),
  face: (input) => new PredictionFace(knownZone(input.timezone), (prediction) => calls.save(prediction)),
  question: (input) => question(input.prompt, false),
  said: (input) => input.prompt,
  read() {
    const text = prompt.value.trim();
    return text === "" ? undefined : { prompt: text, timezone: timezone.value.trim() };
  },
});
const last = page.kept.turns.at(-1)?.input;
prompt.value = last?.prompt ?? "";
timezone.value = last?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
void calls.show();

/** The server says what is wrong with any other. */
function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name.trim() }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
