import type { Step } from "./answer.ts";
import type { Fault, FaultPlace } from "./fault.ts";

/** The steps of an answer up to the place where it goes wrong; the fault is the last one. */
export async function* faultedSteps(
  steps: AsyncIterable<Step>,
  fault: Fault,
  at: FaultPlace,
): AsyncGenerator<Step, void, void> {
  if (at === "headers") yield { type: "headers" };
  if (at !== "request" && at !== "headers") {
    let left = at === "close" ? Infinity : at;
    for await (const step of steps) {
      if (step.type === "fault") return yield step;
      if (step.type === "close" || (step.type === "delta" && left === 0)) break;
      if (step.type === "delta") left -= 1;
      yield step;
    }
  }
  yield { type: "fault", fault };
}
