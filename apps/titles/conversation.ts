import type { Turn } from "sluice";

/**
 * The messages for the model: they begin and end with the user and alternate, as Converse asks for. Blank turns and what an
 * assistant said before any user are left out; neighbours of one role become one turn.
 */
export function conversation(history: readonly Turn[], userInput: string): Turn[] {
  const turns: Turn[] = [];
  for (const turn of [...withoutRepetition(history, userInput), { role: "user", content: userInput } as const]) {
    const last = turns.at(-1);
    if (turn.content.trim() === "" || (last === undefined && turn.role === "assistant")) continue;
    if (last?.role === turn.role) turns[turns.length - 1] = { ...last, content: `${last.content}\n\n${turn.content}` };
    else turns.push({ role: turn.role, content: turn.content });
  }
  return turns;
}

/** Some pages put the new input into the history too. */
function withoutRepetition(history: readonly Turn[], userInput: string): readonly Turn[] {
  const last = history.at(-1);
  return last?.role === "user" && last.content === userInput ? history.slice(0, -1) : history;
}
