import type { Turn } from "sluice";
import { alternating } from "../turns.ts";

/** The messages for the model: the history, and at its end what the user asks now. */
export function conversation(history: readonly Turn[], userInput: string): Turn[] {
  return alternating([...withoutRepetition(history, userInput), { role: "user", content: userInput }]);
}

/** Some pages put the new input into the history too. */
function withoutRepetition(history: readonly Turn[], userInput: string): readonly Turn[] {
  const last = history.at(-1);
  return last?.role === "user" && last.content === userInput ? history.slice(0, -1) : history;
}
