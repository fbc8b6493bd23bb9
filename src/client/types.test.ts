import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, expectTypeOf, it } from "vitest";
import { nativeDialect } from "../dialect/native.ts";
import { gateway } from "../gateway.ts";
import { route } from "../route.ts";
import { FakeSockets } from "../testing/fake-socket.ts";
import { type JsonObject, type Run, createClient } from "./index.ts";

interface Draft {
  readonly projectId: string;
  readonly userInput: string;
  readonly history?: readonly string[];
}

/** Its input may leave out what its output always has. */
const draft: StandardSchemaV1<Draft, Required<Draft>> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as Required<Draft> }) },
};

const titles = gateway({
  routes: {
    stream: route({
      input: draft,
      async *run({ input }) {
        yield { type: "status", text: input.history.join() };
        return { titles: [input.userInput] };
      },
    }),
    "llm/chat": route({
      input: draft,
      async *run() {
        yield { type: "status", text: "" };
      },
    }),
  },
  dialect: nativeDialect,
});

describe("the types of a client", () => {
  const { WebSocket } = new FakeSockets();
  const client = createClient<typeof titles>({ url: "http://127.0.0.1:1/titles", WebSocket });
  const input: Draft = { projectId: "p", userInput: "u" };

  it("come from the gateway: route names, inputs and results", () => {
    const run = client.run("stream", input);
    expectTypeOf(run).toEqualTypeOf<Run<{ titles: string[] }>>();
    expectTypeOf(client.run("llm/chat", input).result).resolves.toBeVoid();
    expectTypeOf(client.follow("id", { route: "stream" }).result).resolves.toEqualTypeOf<{ titles: string[] }>();
    expect(run.state).toBe("pending");
  });

  it("refuse a wrong route, a wrong input and a wrong option", () => {
    // @ts-expect-error -- there is no such route
    client.run("steam", input);
    // @ts-expect-error -- userInput is missing
    client.run("stream", { projectId: "p" });
    // @ts-expect-error -- projectId is a text
    client.run("stream", { projectId: 5, userInput: "u" });
    const { result } = client.run("stream", input);
    // @ts-expect-error -- the result has no such field
    result.then(({ title }) => title).catch(() => {});
    // @ts-expect-error -- one address or both, not half of it
    createClient({ wsUrl: "ws://127.0.0.1:1/titles" });
    expect(client.connection.state).toBe("connecting");
    client.close();
  });

  it("take any JSON object where the gateway's type is not known", () => {
    const any = createClient({ url: "http://127.0.0.1:1/titles", WebSocket });
    expectTypeOf(any.run<string>)
      .parameter(1)
      .toEqualTypeOf<JsonObject>();
    expectTypeOf(any.run("whatever", {}).result).resolves.toBeUnknown();
    any.close();
    expect(any.connection.state).toBe("closed");
  });
});
