import type { Tool } from "@strands-agents/sdk";
import { DateTime } from "luxon";
import { type Clock, type Logger, SluiceError } from "sluice";
import { z } from "zod";
import { makeTool } from "../agent-tool.ts";
import { formatted, parseDate } from "./dates/parse-date.ts";
import { isZone } from "./dates/zone.ts";

export const CURRENT_TIME = "current_time";
export const PARSE_DATE = "parse_date_with_timezone";

const timezone = z.string().max(64).optional().describe("IANA time zone, like Europe/Paris; by default the user's");

/** What the agent can do: tell the time, and read a date. `zone` is the prompt's own. */
export function predictionTools(clock: Clock, zone: string, log: Logger): Tool[] {
  const kit = { log };
  return [
    makeTool(kit, {
      name: CURRENT_TIME,
      description: "Tells the current date and time in a time zone.",
      input: z.object({ timezone }),
      use: ({ timezone = zone }) => currentTime(clock.now(), timezone),
    }),
    makeTool(kit, {
      name: PARSE_DATE,
      description:
        "Reads an English date, relative or absolute, in a time zone. A period counts as its last second. Gives the moment in UTC.",
      input: z.object({
        date_string: z.string().max(500).describe('The words, like "by March 2025" or "before the end of next month"'),
        timezone,
      }),
      use: ({ date_string, timezone = zone }) => ({
        ...parseDate(date_string, { zone: timezone, now: clock.now() }),
        timezone,
      }),
    }),
  ];
}

function currentTime(now: number, zone: string): { utc: string; local: string; weekday: string; timezone: string } {
  if (!isZone(zone)) throw new SluiceError("bad_request", `"${zone}" is no IANA time zone.`);
  const moment = DateTime.fromMillis(now, { zone, locale: "en" });
  return {
    utc: formatted(moment.toUTC()),
    local: formatted(moment),
    weekday: moment.weekdayLong ?? "",
    timezone: zone,
  };
}
