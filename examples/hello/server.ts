import { gateway, route, status } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import { serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { sqlite } from "sluice/store/sqlite";
import { z } from "zod";

const ask = route({
  input: z.object({ question: z.string().min(1) }),
  async *run({ input, source, signal }) {
    yield status("Thinking...", 0.1);
    const answer = yield* source.stream({ messages: [{ role: "user", content: input.question }], signal });
    return { words: answer.text.trim().split(/\s+/).length };
  },
});

export const assistant = gateway({ routes: { ask }, dialect: nativeDialect });

const source = bedrock({ modelId: process.env["MODEL"] ?? "global.anthropic.claude-sonnet-4-5-20250929-v1:0" });
const store = sqlite("./data/assistant.db");
const server = await serve({ assistant }, { store, source, port: Number(process.env["PORT"] ?? 8787) });
process.stdout.write(`${server.url}\n`);
