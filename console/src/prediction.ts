/** A prediction as the server makes one (PROTOCOL.md section 13.5). */
export interface Prediction {
  readonly prediction_statement: string;
  /** ISO 8601, UTC. */
  readonly verification_date: string;
  readonly date_reasoning: string;
  readonly verification_method: {
    readonly source: readonly string[];
    readonly criteria: readonly string[];
    readonly steps: readonly string[];
  };
  readonly initial_status: string;
}

/** Whether a value has that form. */
export function isPrediction(value: unknown): value is Prediction {
  const { prediction_statement, verification_date, verification_method } = (value ?? {}) as Partial<Prediction>;
  const { source, criteria, steps } = verification_method ?? {};
  return (
    typeof prediction_statement === "string" &&
    typeof verification_date === "string" &&
    [source, criteria, steps].every((list) => Array.isArray(list))
  );
}

/** The date in the reader's zone, and in UTC. */
export function dateIn(iso: string, timeZone?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const options = { dateStyle: "long", timeStyle: "medium" } as const;
  const there = date.toLocaleString("en", { ...options, ...(timeZone !== undefined && { timeZone }) });
  const utc = date.toLocaleString("en", { ...options, timeZone: "UTC" });
  return there === utc ? `${utc} UTC` : `${there} (${utc} UTC)`;
}
