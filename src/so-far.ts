import { type Shelf, entriesOf } from "./entries.ts";
import type { Event, Usage } from "./protocol/events.ts";
import { addUsage } from "./usage.ts";

/** What a run had written that died, for the one that goes on for it. */
export interface SoFar {
  /** Of its text deltas. */
  readonly text: string;
  /** Everything, `start` included. */
  readonly events: readonly Event[];
  /** Of the model calls that had reported it. */
  readonly usage?: Usage;
}

export async function readSoFar(shelf: Shelf, streamId: string): Promise<SoFar> {
  const events: Event[] = [];
  let text = "";
  let usage: Usage | undefined;
  for await (const { json } of entriesOf(shelf, streamId)) {
    const event = JSON.parse(json) as Event;
    events.push(event);
    if (event.type === "text-delta") text += event.text;
    else if (event.type === "usage") usage = addUsage(usage, event);
  }
  return { text, events, ...(usage !== undefined && { usage }) };
}
