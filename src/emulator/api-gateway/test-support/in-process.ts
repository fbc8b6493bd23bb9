import { FunctionError, type LambdaFunction } from "../../lambda/function.ts";
import type { WebSocketEvent } from "../events.ts";

export interface InProcessFunction<Event> extends LambdaFunction {
  /** What it was invoked with, oldest first. */
  readonly events: readonly Event[];
  /** The next event that comes from now on. */
  next(): Promise<Event>;
}

/** A function of this process; what goes in and out goes through JSON, as between AWS's own services. */
export function inProcess<Event = WebSocketEvent>(
  name: string,
  handler: (event: Event) => unknown = () => ({ statusCode: 200 }),
): InProcessFunction<Event> {
  const events: Event[] = [];
  const waiting: ((event: Event) => void)[] = [];
  return {
    name,
    events,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async invoke(given) {
      const event = throughJson(given) as Event;
      events.push(event);
      for (const resolve of waiting.splice(0)) resolve(event);
      try {
        return throughJson(await handler(event));
      } catch (thrown) {
        const error = thrown as Error;
        throw new FunctionError(error.name, error.message);
      }
    },
    invokeStreaming: () => Promise.reject(new Error("A WebSocket API does not stream.")),
  };
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? "null");
}
