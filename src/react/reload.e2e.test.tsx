// @vitest-environment happy-dom
import { StrictMode } from "react";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { type Client, createClient } from "../client/index.ts";
import { nativeDialect } from "../dialect/native.ts";
import { gateway } from "../gateway.ts";
import { type Server, serve } from "../host/node/serve.ts";
import { textDelta } from "../protocol/events.ts";
import { mount } from "../react-ui/test-support/mount.ts";
import { route } from "../route.ts";
import { iterable } from "../source/iterable.ts";
import { memory } from "../store/memory.ts";
import { useRun, useStream } from "./index.ts";
import { probe, until } from "./test-support/probe.tsx";

/** Each run says half of it, and the other half once the test lets it. */
function halves() {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const system = gateway({
    routes: {
      tell: route({
        input: z.object({ question: z.string() }),
        async *run() {
          runs += 1;
          yield textDelta("The first half, ");
          await gate.promise;
          yield textDelta("and the second.");
          return { halves: 2 };
        },
      }),
    },
    dialect: nativeDialect,
  });
  return { system, goOn: gate.resolve, runs: () => runs };
}

function connect<System>({ url }: Server): Client<System> & Disposable {
  const client = createClient<System>({ url: `${url}/app`, session: "of-the-tab", WebSocket });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

it("an answer goes on after a reload in the middle, and in another tab: one run for all of them (laws 6 and 8)", async () => {
  sessionStorage.clear();
  const { system, goOn, runs } = halves();
  await using server = await serve(
    { app: system },
    { store: memory(), source: iterable(() => []), port: 0, signals: false },
  );
  {
    using client = connect<typeof system>(server);
    const page = probe(() => useRun(client, "tell", { keep: "answer" }));
    const { does, shows } = await mount(<StrictMode>{page.element}</StrictMode>);
    await does(() => until(page.value.start({ question: "?" }), ({ wholeText }) => wholeText === "The first half, "));
    await shows(null);
  }
  using reloaded = connect<typeof system>(server);
  using other = connect<typeof system>(server);
  const page = probe(() => useRun(reloaded, "tell", { keep: "answer" }));
  const { does } = await mount(<StrictMode>{page.element}</StrictMode>);
  await does(() => until(page.value.view!, ({ wholeText }) => wholeText === "The first half, "));
  const tab = probe(() => useStream(other, page.value.streamId, { route: "tell" }));
  const second = await mount(<StrictMode>{tab.element}</StrictMode>);
  await second.does(() => until(tab.value.view!, ({ wholeText }) => wholeText === "The first half, "));
  goOn();
  await does(() => until(page.value.view!, ({ text }) => text.done));
  await does(() => until(tab.value.view!, ({ text }) => text.done));

  for (const { value } of [page, tab]) {
    expect(value).toMatchObject({ status: "complete", text: "The first half, and the second.", result: { halves: 2 } });
  }
  expect(runs()).toBe(1);
});
