import type { JsonObject } from "sluice/protocol";
import { pngPicture } from "./png-picture.ts";

/** One of the systems that `npm start` serves, with a request that its stand-in answers at length. */
export interface SystemUnderTest {
  readonly app: string;
  readonly route: string;
  readonly input: JsonObject;
  /** A tool that the run calls on its way. */
  readonly tool?: string;
  /** A run whose process died goes on (`onCrash: "continue"`). */
  readonly goesOn?: true;
}

const ARTICLE =
  "Night trains are back in Europe. The sleeper from Vienna to Brussels, which was stopped in 2003, runs three times a week " +
  "again. Rail companies have ordered 33 new sleeper trains, and night train bookings rose by 40 percent.";

export const SYSTEMS: readonly SystemUnderTest[] = [
  { app: "titles", route: "stream", input: { projectId: "p1", userInput: ARTICLE }, goesOn: true },
  {
    app: "images",
    route: "processImage",
    input: { image: pngPicture(), mediaType: "image/png", prompt: "Which colours are in it, and how large is it?" },
  },
  {
    app: "llm",
    route: "llm/stream",
    input: { data: { messages: [{ role: "user", content: `Summarise this: ${ARTICLE}` }], metadata: { page: 7 } } },
    goesOn: true,
  },
  {
    app: "realestate",
    route: "invoke",
    input: { question: "How far must a house stand from the street, and how high may it be?", query_type: "zoning" },
    tool: "search_documents",
  },
  {
    app: "predictions",
    route: "makecall",
    input: { prompt: "The S&P 500 will reach 9000 points before the end of next year.", timezone: "America/New_York" },
    tool: "parse_date_with_timezone",
  },
];
