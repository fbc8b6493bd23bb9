// @vitest-environment happy-dom
import { StrictMode } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import { bench } from "../../test/support/client-bench.ts";
import { mount } from "../react-ui/test-support/mount.ts";
import { settled } from "../testing/fake-clock.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import "./reading.ts";
import { accepted, answer, chatting, said, viewIn } from "./test-support/chatting.ts";
import { until } from "./test-support/probe.tsx";

beforeEach(() => sessionStorage.clear());

describe("a chat that is kept in the tab", () => {
  it("is there again after a reload, and the answer that was under way goes on", async () => {
    const before = bench();
    const first = chatting(before);
    const { does } = await mount(first.element);
    await does(() => first.value.send("Hello"));
    const lost = await accepted(before);
    await does(() => answer(lost, "s1", said("Hi")));
    await does(() => first.value.send("Go on"));
    await does(() => answer(lost, "s2", [{ type: "text-delta", text: "The" }]));

    const after = bench();
    const second = chatting(after);
    const page = await mount(<StrictMode>{second.element}</StrictMode>);
    const socket = await accepted(after);
    expect(socket.sent.filter(({ action }) => action === "ask" || action === "resume")).toEqual([
      { action: "resume", streamId: "s1" },
      { action: "resume", streamId: "s2" },
    ]);
    await page.does(() => {
      answer(socket, "s1", said("Hi"));
      answer(socket, "s2", said("The end"));
      return until(viewIn(second.value), ({ state }) => state.status === "complete");
    });
    expect([viewIn(second.value, 1).wholeText, viewIn(second.value).wholeText]).toEqual(["Hi", "The end"]);
    expect(second.value.messages[0]).toMatchObject({ role: "user", text: "Hello", input: { text: "Hello" } });
  });

  it("asks nothing again after a reload that was cancelled before it was sent, or refused", async () => {
    const before = bench();
    const first = chatting(before);
    const { does } = await mount(<StrictMode>{first.element}</StrictMode>);
    await does(() => first.value.send("Cancelled"));
    await does(() => first.value.cancel());
    await does(() => first.value.send("Refused"));
    const refusing = await accepted(before);
    await does(() => {
      const { requestId } = refusing.actions("ask").at(-1)!;
      refusing.deliver({ type: "error", requestId, code: "rate_limited", message: "Later.", retryable: true });
    });
    expect(first.value).toMatchObject({ status: "error", error: { code: "rate_limited" } });

    // And after another one.
    for (const _reload of [1, 2]) {
      const after = bench();
      const second = chatting(after);
      const page = await mount(<StrictMode>{second.element}</StrictMode>);
      await page.does(settled);
      expect(after.sockets.all).toEqual([]);
      expect(viewIn(second.value, 1).state.status).toBe("cancelled");
      expect(second.value).toMatchObject({ status: "error", error: { code: "rate_limited", message: "Later." } });
      await page.shows(null);
    }

    const last = bench();
    const third = chatting(last);
    const page = await mount(third.element);
    await page.does(() => third.value.regenerate());
    expect((await accepted(last)).actions("ask")).toMatchObject([{ text: "Refused" }]);
  });

  it("asks again after a reload what the page's own end cut off (law 8)", async () => {
    const before = bench();
    const first = chatting(before);
    const { does } = await mount(first.element);
    await does(() => first.value.send("Hello"));
    const [sent] = (await accepted(before)).actions("ask");
    await does(() => before.client.close());

    const after = bench();
    await mount(chatting(after).element);
    expect((await accepted(after)).actions("ask")).toEqual([sent]);
  });

  it("keeps what was said before with the last question only, and of each the rest of its input", async () => {
    const at = bench();
    const chat = chatting(at);
    const { does } = await mount(chat.element);
    let socket: FakeSocket | undefined;
    for (const text of ["Q1", "Q2", "Q3"]) {
      await does(() => chat.value.send(text, { mood: "kind" }));
      socket ??= await accepted(at);
      await does(() => answer(socket!, text, said("A")));
    }
    const kept = JSON.parse(sessionStorage.getItem("sluice.chat.c")!) as { input: { history: unknown[] } }[];
    expect(kept.map(({ input }) => input)).toMatchObject([
      { text: "Q1", history: [], mood: "kind" },
      { text: "Q2", history: [], mood: "kind" },
      { text: "Q3", history: [{}, {}, {}, {}], mood: "kind" },
    ]);
    const second = chatting(bench());
    const page = await mount(second.element);
    await page.does(() => second.value.send("Q4"));
    expect(second.value.messages[2]).toMatchObject({ text: "Q2", input: { text: "Q2", mood: "kind" } });
  });

  it("keeps nothing where it is told so", async () => {
    const at = bench();
    const chat = chatting(at, false);
    const { does } = await mount(chat.element);
    await does(() => chat.value.send("Hello"));
    expect(Object.keys(sessionStorage).filter((key) => key.startsWith("sluice.chat"))).toEqual([]);
  });
});
