import { defineConfig } from "vitest/config";

/** A synthesis bundles five systems: on a busy machine that takes its time. */
export default defineConfig({ test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 } });
