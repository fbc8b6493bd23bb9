import type { StandInRequest } from "sluice/emulator/bedrock";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Card } from "./cards.ts";
import { titlesStandIn } from "./offline.ts";
import { parseTitles } from "./parse-titles.ts";
import { systemPrompt } from "./prompt.ts";
import { BATTERIES, LIBRARY, MARSHES } from "./testing/articles.ts";

/** The answer to a conversation: user and assistant take turns. */
function answerTo(turns: readonly string[], cards: readonly Card[] = []): string {
  const request: StandInRequest = {
    modelId: "offline.titles",
    system: systemPrompt(cards),
    messages: turns.map((text, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content: [{ text }] })),
    tools: [],
    inferenceConfig: { maxTokens: 2000, temperature: 0.7 },
    signal: new AbortController().signal,
  };
  return titlesStandIn(request);
}

function titlesFor(turns: readonly string[], cards: readonly Card[] = []): string[] {
  return parseTitles(answerTo(turns, cards));
}

const words = (title: string): number => title.split(/\s+/).length;

describe("titles for an article", () => {
  test.each([
    ["marshes", MARSHES, ["Salt Marshes", "Port Harlow", "40 Percent", "Flood Insurance"]],
    ["library", LIBRARY, ["Night Library", "Marta Kovac", "35 Percent", "Taxi Drivers"]],
    ["batteries", BATTERIES, ["Electric Buses", "Tallis Motors", "2 Percent", "Batteries"]],
  ])("%s: they are made of the article's own topics, names and numbers", (_name, article, phrases) => {
    const titles = titlesFor([article]);
    expect(titles).toHaveLength(6);
    for (const phrase of phrases) expect(titles.join("\n")).toContain(phrase);
    for (const title of titles)
      expect(phrases.some((phrase) => title.includes(phrase)) || title.includes("“")).toBe(true);
  });

  test.each([MARSHES, LIBRARY, BATTERIES])("they are of different kinds, and all different (%#)", (article) => {
    const titles = titlesFor([article], [{ name: "Number of titles", text: "10" }]);
    expect(new Set(titles).size).toBe(10);
    expect(titles.some((title) => title.endsWith("?"))).toBe(true);
    expect(titles.some((title) => title.startsWith("How "))).toBe(true);
    expect(titles.some((title) => /Percent/.test(title))).toBe(true);
    expect(titles.some((title) => title.startsWith("Not Just"))).toBe(true);
  });

  test("an introduction comes first, and names what the text is about", () => {
    const [introduction] = answerTo([LIBRARY]).split("\n\n");
    expect(introduction).toMatch(/^This text keeps coming back to the night library .*Marta Kovac.*35 percent\./);
    expect(parseTitles(introduction!)).toEqual([]);
  });

  test("verbs agree with what they stand by", () => {
    const many = [{ name: "Number of titles", text: "20" }];
    const marshes = titlesFor([MARSHES], many).join("\n");
    expect(marshes).toContain("Why Salt Marshes Deserve a Closer Look");
    expect(titlesFor([LIBRARY], many).join("\n")).toContain("Why the Night Library Deserves a Closer Look");
    expect(titlesFor(["Coffee shops in Rome"])).toContain("Why Coffee Shops in Rome Deserve a Closer Look");
  });

  test("the same input gives the same answer", () => {
    expect(answerTo([MARSHES])).toBe(answerTo([MARSHES]));
  });

  test("a request before the text is a wish, not a part of it", () => {
    const titles = titlesFor([`Please give me three titles for this article:\n\n${MARSHES}`]);
    expect(titles).toHaveLength(3);
    expect(titles.join("\n")).toContain("Salt Marshes");
    expect(titlesFor(["Write 4 headlines about wooden toys"])).toHaveLength(4);
    expect(titlesFor(["Write 4 headlines about wooden toys"]).every((title) => title.includes("Wooden Toys"))).toBe(
      true,
    );
  });
});

describe("wishes", () => {
  const first = titlesFor([MARSHES]);
  const answer = answerTo([MARSHES]);

  test("a later message asks for shorter ones of the same text", () => {
    const shorter = titlesFor([MARSHES, answer, "Shorter, please"]);
    expect(Math.max(...shorter.map(words))).toBeLessThan(Math.max(...first.map(words)));
    expect(shorter.join("\n")).toContain("Salt Marshes");
  });

  test("more playful, more formal or as questions", () => {
    const playful = titlesFor([MARSHES, answer, "Make them more playful"]);
    const formal = titlesFor([MARSHES, answer, "Make them more formal"]);
    const questions = titlesFor([MARSHES, answer, "As questions, please"]);
    expect(new Set([...first, ...playful, ...formal]).size).toBe(first.length + playful.length + formal.length);
    expect(questions.every((title) => title.endsWith("?"))).toBe(true);
  });

  test("wishes add up over the conversation, and the last one wins", () => {
    const titles = titlesFor([MARSHES, answer, "Only questions", answer, "Give me 3 titles"]);
    expect(titles).toHaveLength(3);
    expect(titles.every((title) => title.endsWith("?"))).toBe(true);
  });

  test("again gives others", () => {
    const others = titlesFor([MARSHES, answer, "Give me six more"]);
    expect(others).toHaveLength(6);
    expect(others.filter((title) => first.includes(title))).toEqual([]);
  });

  test("another text in the conversation is another subject", () => {
    expect(titlesFor([MARSHES, answer, LIBRARY]).join("\n")).toContain("Night Library");
    expect(titlesFor([MARSHES, answer, "Wooden toys for toddlers"]).join("\n")).not.toContain("Marshes");
  });

  test.each<[string, Card, (title: string) => boolean]>([
    ["a limit of words", { name: "Length", text: "At most 5 words" }, (title) => words(title) <= 5],
    ["a limit of characters", { name: "Length", text: "max 30 characters" }, (title) => title.length <= 30],
    ["no questions", { name: "Style", text: "No questions." }, (title) => !title.includes("?")],
    ["no colons", { name: "Style", text: "never use colons" }, (title) => !title.includes(":")],
    ["no numbers", { name: "Style", text: "Avoid numbers" }, (title) => !/\d/.test(title)],
    [
      "sentence case",
      { name: "Style", text: "Use sentence case" },
      (title) => !/\b(?:Salt|Marshes|Wall)/.test(title.slice(1)),
    ],
    ["a name to mention", { name: "Brand", text: 'Always mention "Tideline"' }, (title) => title.includes("Tideline")],
    ["a word to avoid", { name: "Taboo", text: "Do not use the word “marshes”" }, (title) => !/marshes/i.test(title)],
    ["keywords", { name: "SEO keywords", text: "flood insurance" }, () => true],
    ["emoji", { name: "Tone", text: "Add an emoji to each" }, (title) => /^\p{Extended_Pictographic}/u.test(title)],
  ])("a card may ask for %s", (_what, card, keeps) => {
    const titles = titlesFor([MARSHES], [card]);
    expect(titles.length).toBeGreaterThanOrEqual(3);
    expect(titles.filter((title) => !keeps(title))).toEqual([]);
  });

  test("a card may name the readers and the number of titles", () => {
    const cards = [
      { name: "Audience", text: "town councils" },
      { name: "Format", text: "Exactly eight titles" },
    ];
    const titles = titlesFor([MARSHES], cards);
    expect(titles).toHaveLength(8);
    expect(titles.join("\n")).toContain("What Town Councils Should Know About");
  });

  test("a card that asks for less of something does not ask for it", () => {
    expect(titlesFor([MARSHES], [{ name: "Tone", text: "Not too playful, never short" }])).toEqual(first);
  });

  test("wishes that cannot be kept together are told", () => {
    const answer = answerTo([MARSHES], [{ name: "Limits", text: "At most 1 words. No questions. No colons." }]);
    expect(answer).toContain("keeps to every wish");
    expect(parseTitles(answer)).toEqual([]);
  });
});

describe("odd inputs", () => {
  test.each([
    "a",
    "Hello",
    "the",
    "It is what it is",
    "12345",
    "???",
    "🎉🎉🚀",
    "👨‍👩‍👧‍👦",
    "Y",
    "“”",
    "1. 2. 3.",
    "x".repeat(10_000),
  ])("%j gets titles out of itself", (input) => {
    const titles = titlesFor([input]);
    expect(titles.length).toBeGreaterThanOrEqual(1);
    const core = input.replace(/[“”]/g, "").slice(0, 5).toLowerCase();
    expect(titles.every((title) => title.toLowerCase().includes(core))).toBe(true);
  });

  test.each([
    [
      "Korean",
      "서울시는 내년부터 심야 버스를 두 배로 늘린다고 밝혔다. 심야 버스 이용객은 3년 동안 40퍼센트 증가했다. 기사 부족은 여전히 문제다.",
      "심야 버스",
    ],
    [
      "Japanese",
      "東京の小さな図書館が、夜も開いている。夜の図書館には、看護師や学生が集まる。静かな図書館で、人々は本を読む。",
      "図書館",
    ],
    ["Chinese", "城市夜间图书馆吸引了许多护士和学生。图书馆在深夜开放，为人们提供温暖的房间。", "图书"],
    [
      "Spanish",
      "La biblioteca nocturna abre cuando el resto del edificio se apaga. La biblioteca nocturna cuesta menos de lo esperado, y la ciudad quiere abrir otra.",
      "iblioteca nocturna",
    ],
    [
      "German",
      "Die Nachtbibliothek öffnet, wenn das Gebäude dunkel wird. In der Nachtbibliothek sitzen Pfleger und Studenten und lesen bis zum Morgen.",
      "Nachtbibliothek",
    ],
    [
      "Arabic",
      "تفتح المكتبة الليلية أبوابها عندما يغلق المبنى. يأتي الطلاب إلى المكتبة الليلية كل مساء.",
      "المكتبة الليلية",
    ],
  ])("%s gets titles of its own phrases", (_language, text, phrase) => {
    const titles = titlesFor([text]);
    expect(titles.length).toBeGreaterThanOrEqual(3);
    expect(titles.filter((title) => title.includes(phrase)).length).toBeGreaterThanOrEqual(2);
    expect(titles.join("\n")).not.toMatch(/\b(?:What|Why|the|Story)\b/);
  });

  test("whatever comes in, the answer is whole text with a title in it", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }),
      fc
        .array(
          fc.constantFrom(
            "salt",
            "the",
            "🎉",
            "심야",
            "図書館",
            "A.",
            "40",
            "percent",
            "“We",
            "go”",
            "\n",
            "Why?",
            "👩🏽‍🚀",
          ),
          { minLength: 1, maxLength: 60 },
        )
        .map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(text, (input) => {
        const answer = answerTo([input]);
        expect(answer.isWellFormed()).toBe(true);
        if (/[\p{L}\p{N}]/u.test(input)) expect(parseTitles(answer).length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });

  test("a long emoji text is cut between its characters", () => {
    const titles = titlesFor(["👩🏽‍🚀".repeat(5000)]);
    expect(titles.every((title) => title.isWellFormed())).toBe(true);
    expect(titles.some((title) => title.includes(`${"👩🏽‍🚀".repeat(60)}”`))).toBe(true);
  });
});
