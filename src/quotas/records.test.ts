import { describe, it } from "vitest";
import { memoryRecords } from "../records/memory.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { describeQuotas } from "../testing/conformance/quotas.ts";
import { recordsQuotas } from "./records.ts";

const clock = new FakeClock();
const records = memoryRecords();

describeQuotas(
  { describe, it },
  {
    name: "records",
    open: async () => recordsQuotas(records, clock),
    other: async () => recordsQuotas(records, clock),
    pass: (ms) => clock.advance(ms),
  },
);
