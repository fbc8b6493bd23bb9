import { describe, it } from "vitest";
import { describeStore } from "../../src/testing/conformance/store.ts";
import { leasedStore } from "./leased-store.ts";

describeStore(
  { describe, it },
  {
    name: "leased memory",
    open: async () => leasedStore(10_000),
    leases: "renewed",
    skip: { reopen: "it lasts as long as the process" },
  },
);
