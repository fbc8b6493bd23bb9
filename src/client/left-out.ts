import { type Event } from "../protocol/events.ts";
import { formatOffset, parseOffset } from "../protocol/offset.ts";
import { type FrameRange, isEmptied } from "./frame-range.ts";
import type { StreamReport } from "../protocol/frames.ts";

/**
 * The frame with its text put back from the stream's state; `text` is what came before it. Where a delta was emptied, the
 * state's text may reach further than the frame: then so does the range, up to the state's own place.
 */
export function putBack(range: FrameRange, report: StreamReport, text: string): FrameRange {
  if (range.events.length === 0) return { ...range, events: endOf(range, report) };
  const missing = (report.text ?? "").slice(text.length);
  const firstEmptied = range.events.findIndex(isEmptied);
  const events = range.events.map((event, index): Event => {
    if (event.type === "complete") {
      return { ...event, text: report.text ?? "", ...(report.result !== undefined && { result: report.result }) };
    }
    return index === firstEmptied && event.type === "text-delta" ? { ...event, text: missing } : event;
  });
  const reached = parseOffset(report.offset);
  if (firstEmptied < 0 || reached === undefined) return { ...range, events };
  const seq = report.state === "running" ? reached.seq : reached.seq - 1;
  return { ...range, events, last: seq > range.last.seq ? { epoch: reached.epoch, seq } : range.last };
}

/** What a frame without any event stood for, if that was the stream's end. What else it was, no state holds. */
function endOf({ last }: FrameRange, { state, offset, text = "", result }: StreamReport): Event[] {
  if (state !== "complete" || offset !== formatOffset(last.epoch, last.seq)) return [];
  return [{ type: "complete", text, ...(result !== undefined && { result }) }];
}
