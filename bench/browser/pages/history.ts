import { prose } from "../prose.ts";

/** One message of the transcript that is there before. */
export interface Said {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly content: string;
}

const MESSAGES = 200;
const CHARACTERS = { user: 80, assistant: 320 };

/** Two hundred messages, in turns. */
export const HISTORY: readonly Said[] = Array.from({ length: MESSAGES }, (_, number) => {
  const role = number % 2 === 0 ? "user" : "assistant";
  return { id: `said-${number}`, role, content: prose(number + 1, CHARACTERS[role]) };
});

export const QUESTION = "Tell me about the river.";
