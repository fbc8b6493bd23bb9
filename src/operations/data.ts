import type { DataEvent } from "../protocol/events.ts";
import type { Json } from "../protocol/json.ts";
import type { TimelineData, WatchData } from "./types.ts";

type AllData = WatchData & TimelineData;

/** A `data` event of the operator's side. Its values are plain objects, though their types do not say so of themselves. */
export function data<Name extends keyof AllData>(name: Name, value: AllData[Name]): DataEvent {
  return { type: "data", name, value: value as unknown as Json };
}
