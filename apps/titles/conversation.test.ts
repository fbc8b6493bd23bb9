import type { Turn } from "sluice";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { conversation } from "./conversation.ts";

const user = (content: string): Turn => ({ role: "user", content });
const assistant = (content: string): Turn => ({ role: "assistant", content });

test("a text without history is one user turn", () => {
  expect(conversation([], "An article")).toEqual([user("An article")]);
});

test("the history is kept in order", () => {
  const history = [user("An article"), assistant("1. A title")];
  expect(conversation(history, "Shorter")).toEqual([...history, user("Shorter")]);
});

test("neighbours of one role become one turn, a leading assistant and blank turns go", () => {
  const history = [assistant("Hi!"), user("One"), user(" "), user("Two"), assistant("A"), assistant("B")];
  expect(conversation(history, "Three")).toEqual([user("One\n\nTwo"), assistant("A\n\nB"), user("Three")]);
});

test("a page that puts the new input into the history too does not say it twice", () => {
  expect(conversation([user("One"), assistant("A"), user("Two")], "Two")).toEqual([
    user("One"),
    assistant("A"),
    user("Two"),
  ]);
});

test("whatever the history, Converse takes the turns: they alternate, begin and end with the user, and none is blank", () => {
  const turn = fc.record({ role: fc.constantFrom("user" as const, "assistant" as const), content: fc.string() });
  fc.assert(
    fc.property(fc.array(turn), (history) => {
      const turns = conversation(history, "The input");
      expect(turns.map(({ role }) => role)).toEqual(turns.map((_, index) => (index % 2 === 0 ? "user" : "assistant")));
      expect(turns.at(-1)!.role).toBe("user");
      expect(turns.at(-1)!.content).toContain("The input");
      expect(turns.every(({ content }) => content.trim() !== "")).toBe(true);
    }),
  );
});
