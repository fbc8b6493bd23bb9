import { z } from "zod";
import { gateway } from "../../src/gateway.ts";
import { nativeDialect } from "../../src/dialect/native.ts";
import { type ServeOptions, type Server, serve } from "../../src/host/node/serve.ts";
import { route } from "../../src/route.ts";
import { memory } from "../../src/store/memory.ts";
import { ScriptedSource } from "../../src/testing/scripted-source.ts";

const say = route({
  input: z.object({}),
  async *run() {
    yield { type: "usage" as const, inputTokens: 3, outputTokens: 5 };
    return { said: true };
  },
});

/** A server whose one run has ended, so that every metric has a value. */
export async function liveServer(options: Partial<ServeOptions> = {}): Promise<Server> {
  const server = await serve(
    { echo: gateway({ routes: { say }, dialect: nativeDialect }) },
    { store: memory(), source: new ScriptedSource(), port: 0, signals: false, ...options },
  );
  if (options.authorize === undefined) {
    const answer = await fetch(`${server.url}/echo/say`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
  return server;
}
