import { createClient } from "sluice/client";
import type { assistant } from "./server.ts";

const client = createClient<typeof assistant>({ url: process.argv[2] ?? "http://127.0.0.1:8787/assistant" });
const run = client.run("ask", { question: "Why is the sky blue?" });
for await (const event of run) {
  if (event.type === "text-delta") process.stdout.write(event.text);
}
process.stdout.write(`\n${(await run.result).words} words\n`);
client.close();
