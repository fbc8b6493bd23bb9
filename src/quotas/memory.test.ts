import { describe, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { describeQuotas } from "../testing/conformance/quotas.ts";
import { memoryQuotas } from "./memory.ts";

const clock = new FakeClock();

describeQuotas(
  { describe, it },
  {
    name: "memory",
    open: async () => memoryQuotas(clock),
    other: "they are of one process",
    pass: (ms) => clock.advance(ms),
  },
);
