import { SluiceError } from "sluice";
import { describe, expect, test } from "vitest";
import { parseDate } from "./parse-date.ts";

/** A Wednesday noon. */
const NOW = Date.parse("2025-01-15T12:00:00Z");

function utc(phrase: string, zone = "UTC", now = NOW): string {
  return parseDate(phrase, { zone, now }).utc;
}

function reason(phrase: string, zone = "UTC"): string {
  try {
    return `read as ${utc(phrase, zone)}`;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe("bad_request");
    return (thrown as SluiceError).message;
  }
}

describe("a period ends with its last second", () => {
  test.each([
    ["by March 2025", "2025-03-31T23:59:59Z"],
    ["by the end of March 2025", "2025-03-31T23:59:59Z"],
    ["before the end of next month", "2025-02-28T23:59:59Z"],
    ["before the end of February 2028", "2028-02-29T23:59:59Z"],
    ["before March 2025", "2025-02-28T23:59:59Z"],
    ["by December", "2025-12-31T23:59:59Z"],
    ["in January", "2025-01-31T23:59:59Z"],
    ["by May", "2025-05-31T23:59:59Z"],
    ["end of month", "2025-01-31T23:59:59Z"],
    ["by the end of the month", "2025-01-31T23:59:59Z"],
    ["end of the year", "2025-12-31T23:59:59Z"],
    ["by year-end", "2025-12-31T23:59:59Z"],
    ["before the end of this year", "2025-12-31T23:59:59Z"],
    ["EOY", "2025-12-31T23:59:59Z"],
    ["next year", "2026-12-31T23:59:59Z"],
    ["by 2026", "2026-12-31T23:59:59Z"],
    ["before 2026", "2025-12-31T23:59:59Z"],
    ["before the end of 2026", "2026-12-31T23:59:59Z"],
    ["by Q3 2025", "2025-09-30T23:59:59Z"],
    ["by the end of Q2 2026", "2026-06-30T23:59:59Z"],
    ["in the first quarter of 2026", "2026-03-31T23:59:59Z"],
    ["by the end of this quarter", "2025-03-31T23:59:59Z"],
    ["in H1 2026", "2026-06-30T23:59:59Z"],
    ["in the second half of 2026", "2026-12-31T23:59:59Z"],
    ["this week", "2025-01-19T23:59:59Z"],
    ["by next week", "2025-01-26T23:59:59Z"],
    ["this weekend", "2025-01-19T23:59:59Z"],
    ["by the end of the decade", "2029-12-31T23:59:59Z"],
    ["by the 2030s", "2039-12-31T23:59:59Z"],
    ["by the end of the day", "2025-01-15T23:59:59Z"],
  ])("%s is %s", (phrase, expected) => expect(utc(phrase)).toBe(expected));
});

describe("a day ends with its last second, and a time is itself", () => {
  test.each([
    ["today", "2025-01-15T23:59:59Z"],
    ["by tomorrow", "2025-01-16T23:59:59Z"],
    ["by Friday", "2025-01-17T23:59:59Z"],
    ["before Friday", "2025-01-16T23:59:59Z"],
    ["on 2025-12-31", "2025-12-31T23:59:59Z"],
    ["by March 5, 2025", "2025-03-05T23:59:59Z"],
    ["by 5 March 2025", "2025-03-05T23:59:59Z"],
    ["before the 1st of March 2025", "2025-02-28T23:59:59Z"],
    ["by 3/31/2025", "2025-03-31T23:59:59Z"],
    ["by the 31st", "2025-01-31T23:59:59Z"],
    ["by the 10th", "2025-02-10T23:59:59Z"],
    ["by February 29", "2028-02-29T23:59:59Z"],
    ["by February 29, 2028", "2028-02-29T23:59:59Z"],
    ["in 3 days", "2025-01-18T23:59:59Z"],
    ["within two weeks", "2025-01-29T23:59:59Z"],
    ["within the next 6 months", "2025-07-15T23:59:59Z"],
    ["a year from now", "2026-01-15T23:59:59Z"],
    ["in 90 minutes", "2025-01-15T13:30:00Z"],
    ["within 36 hours", "2025-01-17T00:00:00Z"],
    ["tomorrow at 3pm", "2025-01-16T15:00:00Z"],
    ["by 5 pm", "2025-01-15T17:00:00Z"],
    ["before noon tomorrow", "2025-01-16T12:00:00Z"],
    ["2025-03-30T02:30", "2025-03-30T02:30:00Z"],
    ["2025-03-30T02:30:00+02:00", "2025-03-30T00:30:00Z"],
    ["2025-03-30T02:30:00Z", "2025-03-30T02:30:00Z"],
  ])("%s is %s", (phrase, expected) => expect(utc(phrase)).toBe(expected));
});

describe("the prompt's zone counts", () => {
  test.each([
    ["by March 2025", "America/New_York", "2025-04-01T03:59:59Z"],
    ["by March 2025", "Europe/Berlin", "2025-03-31T21:59:59Z"],
    ["by the end of the year", "America/New_York", "2026-01-01T04:59:59Z"],
    ["by the end of the year", "Pacific/Kiritimati", "2025-12-31T09:59:59Z"],
    ["today", "Asia/Kolkata", "2025-01-15T18:29:59Z"],
    ["tomorrow at 9am", "Australia/Lord_Howe", "2025-01-15T22:00:00Z"],
    ["on July 1, 2025 at noon", "America/New_York", "2025-07-01T16:00:00Z"],
    ["in 3 days", "America/Los_Angeles", "2025-01-19T07:59:59Z"],
  ])("%s in %s is %s", (phrase, zone, expected) => expect(utc(phrase, zone)).toBe(expected));

  test("what today is depends on the zone", () => {
    const late = Date.parse("2025-01-31T23:30:00Z");
    expect(utc("by the end of the month", "UTC", late)).toBe("2025-01-31T23:59:59Z");
    expect(utc("by the end of the month", "Asia/Tokyo", late)).toBe("2025-02-28T14:59:59Z");
  });

  test("the local form shows the zone's own clock and offset", () => {
    const parsed = parseDate("by March 2025", { zone: "Europe/Berlin", now: NOW });
    expect(parsed).toEqual({
      utc: "2025-03-31T21:59:59Z",
      local: "2025-03-31T23:59:59+02:00",
      meaning: "the last second of March 2025",
    });
  });
});

describe("when the clocks change", () => {
  test("a time that the clocks skip moves forward, and says so", () => {
    const parsed = parseDate("March 9, 2025 2:30 am", { zone: "America/New_York", now: NOW });
    expect(parsed.utc).toBe("2025-03-09T07:30:00Z");
    expect(parsed.note).toContain("02:30 does not exist");
  });

  test("a time that comes twice is the first; as a deadline, the second", () => {
    const zone = "America/New_York";
    expect(utc("November 2, 2025 1:30 am", zone)).toBe("2025-11-02T05:30:00Z");
    const deadline = parseDate("by November 2, 2025 1:30 am", { zone, now: NOW });
    expect(deadline.utc).toBe("2025-11-02T06:30:00Z");
    expect(deadline.note).toContain("comes twice");
  });

  test("a day of 23 or 25 hours still ends with its last second", () => {
    expect(utc("on March 9, 2025", "America/New_York")).toBe("2025-03-10T03:59:59Z");
    expect(utc("on November 2, 2025", "America/New_York")).toBe("2025-11-03T04:59:59Z");
    // Midnight itself is skipped in Cairo on 25 April 2025: the day before ends where the next one begins, at 01:00.
    expect(utc("on April 24, 2025", "Africa/Cairo")).toBe("2025-04-24T21:59:59Z");
    // Midnight comes twice in Havana on 2 November 2025; the day before ends before the first.
    expect(utc("on November 1, 2025", "America/Havana")).toBe("2025-11-02T03:59:59Z");
  });

  test("hours are counted as they pass, days as the calendar has them", () => {
    const now = Date.parse("2025-03-09T04:00:00Z");
    expect(utc("in 24 hours", "America/New_York", now)).toBe("2025-03-10T04:00:00Z");
    expect(utc("in 1 day", "America/New_York", now)).toBe("2025-03-10T03:59:59Z");
  });
});

describe("law 11: what is no date is refused with the reason", () => {
  test.each([
    ["by Feb 30", "no February 30"],
    ["by February 30, 2026", "February 2026 has 28 days"],
    ["on February 29, 2027", "February 2027 has 28 days"],
    ["by 31 April 2026", "April has 30 days"],
    ["2025-02-30", "no February 30"],
    ["2025-13-01", "no month 13"],
    ["13/32/2025", "no month 13"],
    ["at 25:00 tomorrow", "no time 25:00"],
    ["tomorrow at 12:75", "no time 12:75"],
    ["tomorrow at 13 pm", "no time 13 pm"],
    ["someday", "names no date"],
    ["", "names no date"],
    ["when pigs fly", "names no date"],
    ["The S&P 500", "names no date"],
    ["in 9999 years", "outside the calendar"],
  ])("%s: %s", (phrase, expected) => expect(reason(phrase)).toContain(expected));

  test.each(["Mars/Olympus", "", "+02:00", "Europe/Atlantis"])("the zone %j is refused", (zone) => {
    expect(reason("tomorrow", zone)).toContain("no IANA time zone");
  });
});
