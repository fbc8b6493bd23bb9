import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["sluice-source"] },
  ssr: { resolve: { conditions: ["sluice-source"], externalConditions: ["sluice-source"] } },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "apps/**/*.test.ts", "console/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
