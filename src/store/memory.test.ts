import { describe, it } from "vitest";
import { describeBlobs } from "../testing/conformance/blobs.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { describeStore } from "../testing/conformance/store.ts";
import { memory, memoryStore } from "./memory.ts";

const reason = "memory does not outlive its process";
const runner = { describe, it };

describeStore(runner, { name: "memory", open: async () => memoryStore(), skip: { reopen: reason } });
describeRecords(runner, { name: "memory", open: async () => memory().records, reopen: reason });
describeBlobs(runner, { name: "memory", open: async () => memory().blobs, reopen: reason });
