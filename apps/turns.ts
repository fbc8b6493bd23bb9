import type { Turn } from "sluice";

/**
 * The turns as a model takes them: they begin with the user and alternate (Converse asks for that). Blank turns, and what an
 * assistant said before any user, are left out; neighbours of one role become one turn.
 */
export function alternating(turns: readonly Turn[]): Turn[] {
  const taken: Turn[] = [];
  for (const { role, content } of turns) {
    const last = taken.at(-1);
    if (content.trim() === "" || (last === undefined && role === "assistant")) continue;
    if (last?.role === role) taken[taken.length - 1] = { role, content: `${last.content}\n\n${content}` };
    else taken.push({ role, content });
  }
  return taken;
}
