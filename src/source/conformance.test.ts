import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { describe, it } from "vitest";
import { startOpenAiEndpoint } from "../testing/openai-endpoint.ts";
import { ManualClock } from "../../test/support/bedrock.ts";
import { EmulatedError, FLAT_OUT, startBedrockEmulator } from "../emulator/bedrock/index.ts";
import { describeSource } from "../testing/conformance/source.ts";
import { aiSdk } from "./ai-sdk.ts";
import { bedrock } from "./bedrock.ts";

describeSource(
  { describe, it },
  {
    name: "bedrock",
    open: async (script) => {
      let count = 0;
      const emulator = await startBedrockEmulator({
        pace: FLAT_OUT,
        fallback: () => {
          const pieces = script(count++);
          if (pieces === "throttle") throw new EmulatedError("ThrottlingException", "Slow down.");
          if (pieces === "refuse") throw new EmulatedError("ValidationException", "No.");
          return pieces;
        },
      });
      const clock = new ManualClock();
      return {
        source: bedrock({ modelId: "test", endpoint: emulator.url, clock }),
        calls: emulator.calls,
        advance: (ms) => clock.advance(ms),
        close: () => emulator.close(),
      };
    },
  },
);

describeSource(
  { describe, it },
  {
    name: "ai-sdk",
    open: async (script) => {
      let count = 0;
      const endpoint = await startOpenAiEndpoint(() => {
        const pieces = script(count++);
        if (pieces === "throttle") return { status: 429, message: "Slow down." };
        if (pieces === "refuse") return { status: 400, message: "No." };
        return pieces;
      });
      const clock = new ManualClock();
      const models = createOpenAICompatible({ name: "test", baseURL: endpoint.url, includeUsage: true });
      return {
        source: aiSdk({ model: models("test"), models, clock }),
        calls: endpoint.calls,
        advance: (ms) => clock.advance(ms),
        close: () => endpoint.close(),
      };
    },
  },
);
