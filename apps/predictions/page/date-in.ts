/** A date, ISO 8601, in a time zone and in UTC; in the reader's own zone where none is given, or nobody knows it. */
export function dateIn(iso: string, timeZone?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const options = { dateStyle: "long", timeStyle: "medium" } as const;
  const zone = knownZone(timeZone);
  const there = date.toLocaleString("en", { ...options, ...(zone !== undefined && { timeZone: zone }) });
  const utc = date.toLocaleString("en", { ...options, timeZone: "UTC" });
  return there === utc ? `${utc} UTC` : `${there} (${utc} UTC)`;
}

function knownZone(name: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name?.trim() }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
