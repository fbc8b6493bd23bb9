import { type Json, isJsonObject } from "sluice/protocol";
import type { Found } from "./excerpt.ts";

const UNIT = String.raw`(?:m²|m2|sqm|square (?:met(?:er|re)s|feet)|sq\.? ?ft|ft²)`;
const NUMBER = String.raw`(\d[\d,]*(?:\.\d+)?)`;
const LOT = new RegExp(
  String.raw`\b(?:lot|plot|parcel|site)\b[^.?!\d]{0,30}${NUMBER} ?${UNIT}|${NUMBER} ?${UNIT} (?:lot|plot|parcel|site)\b`,
  "i",
);
const BUILDING = new RegExp(
  String.raw`\b(?:house|building|footprint|home)\b[^.?!\d]{0,30}${NUMBER} ?${UNIT}|${NUMBER} ?${UNIT} (?:house|building|footprint|home)\b`,
  "i",
);
const ZONE = /\b[RC][1-3]\b/i;

/** A call of the coverage tool, where the question gives a lot and a building; with the zone's limit, where a passage tells it. */
export function coverageCallFor(question: string, found: readonly Found[]): Json | undefined {
  const lotArea = figureIn(question, LOT);
  const coveredArea = figureIn(question, BUILDING);
  if (lotArea === undefined || coveredArea === undefined || lotArea === 0 || coveredArea === 0) return undefined;
  const zone = ZONE.exec(question)?.[0].toUpperCase();
  const limit = zone === undefined ? undefined : limitIn(found, zone);
  return { lotArea, coveredArea, ...(limit !== undefined && { limitPercent: limit }) };
}

/** What the tool reckoned, in words; empty where it reckoned nothing. */
export function coverageSentence(value: Json | undefined): string {
  if (!isJsonObject(value) || typeof value["coveragePercent"] !== "number") return "";
  const share = `The building would cover ${value["coveragePercent"]} percent of the lot`;
  if (typeof value["limitPercent"] !== "number") return `${share}.`;
  const verdict = value["withinLimit"] === true ? "within" : "above";
  return `${share}, which is ${verdict} the limit of ${value["limitPercent"]} percent.`;
}

function figureIn(text: string, pattern: RegExp): number | undefined {
  const parts = pattern.exec(text);
  const digits = parts?.[1] ?? parts?.[2];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}

/** "40 percent of a lot in R1, 50 percent in R2": the figure that stands before the zone, in a passage on coverage. */
function limitIn(found: readonly Found[], zone: string): number | undefined {
  const text = found
    .find(({ heading, text }) => /coverage/i.test(heading) && text.includes(zone))
    ?.text.replace(/\s+/g, " ");
  const parts = text === undefined ? null : new RegExp(String.raw`(\d+) percent[^,.]*? in ${zone}\b`).exec(text);
  return parts === null ? undefined : Number(parts[1]);
}
