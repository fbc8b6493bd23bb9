// @vitest-environment happy-dom
import { type ReactElement, StrictMode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bench } from "../../test/support/client-bench.ts";
import { mount } from "../react-ui/test-support/mount.ts";
import { type ChatHandle, type RunView, useChat, useStreamText } from "./index.ts";
import "./reading.ts";
import { accepted, answer, chatting, said, viewIn } from "./test-support/chatting.ts";
import { until } from "./test-support/probe.tsx";

type Handle = ChatHandle<object, unknown>;

beforeEach(() => sessionStorage.clear());
afterEach(() => void vi.useRealTimers());

describe("useChat", () => {
  it("asks with what was said so far, and stands as its last answer does", async () => {
    const at = bench();
    const chat = chatting(at);
    const { does } = await mount(<StrictMode>{chat.element}</StrictMode>);
    expect(chat.value).toMatchObject({ messages: [], status: "ready" });
    await does(() => chat.value.send("Hello", { mood: "kind" }));
    expect(chat.value.status).toBe("submitted");
    const socket = await accepted(at);
    await does(() => answer(socket, "s1", [{ type: "text-delta", text: "Hi" }]));
    expect(chat.value.status).toBe("streaming");
    await does(() => {
      socket.deliver({
        type: "events",
        streamId: "s1",
        first: "1-2",
        offset: "1-2",
        at: 1,
        events: [{ type: "complete", text: "Hi" }],
      });
    });
    expect(chat.value.status).toBe("ready");

    await does(() => chat.value.send("Fail"));
    await does(() => answer(socket, "s2", [{ type: "error", code: "timeout", message: "late", retryable: true }]));
    expect(chat.value).toMatchObject({ status: "error", error: { code: "timeout" } });
    await does(() => chat.value.send("More"));
    await does(() => answer(socket, "s3", said("Sure")));

    const history = [
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Hi" },
    ];
    expect(socket.actions("ask")).toMatchObject([
      { text: "Hello", history: [], mood: "kind" },
      { text: "Fail", history },
      { text: "More", history },
    ]);
    expect(
      chat.value.messages.map((message) => (message.role === "user" ? message.text : message.view.wholeText)),
    ).toEqual(["Hello", "Hi", "Fail", "", "More", "Sure"]);
  });

  it("does not render its list while an answer grows: only the bubble does", async () => {
    const at = bench();
    const renders = { list: 0, bubble: 0 };
    let chat: Handle | undefined;
    function Bubble({ view }: { readonly view: RunView }): ReactElement {
      renders.bubble += 1;
      const { blocks, tail } = useStreamText(view);
      return <p>{blocks.join("") + tail}</p>;
    }
    function List(): ReactElement {
      renders.list += 1;
      chat = useChat(at.client, "ask", { id: "c", input: (text) => ({ text }) });
      return (
        <>
          {chat.messages.map(
            (message) => message.role === "assistant" && <Bubble key={message.id} view={message.view} />,
          )}
        </>
      );
    }
    const { does, element } = await mount(<List />);
    await does(() => chat!.send("Hello"));
    const socket = await accepted(at);
    await does(() => {
      answer(socket, "s", []);
      return until(viewIn(chat!), ({ state }) => state.status === "streaming");
    });
    const { messages } = chat!;
    const before = { ...renders };
    for (let seq = 1; seq <= 5; seq += 1) {
      await does(() => {
        const events = [{ type: "text-delta", text: "word " }];
        socket.deliver({ type: "events", streamId: "s", first: `1-${seq}`, offset: `1-${seq}`, at: 1, events });
        return until(viewIn(chat!), ({ wholeText }) => wholeText === "word ".repeat(seq));
      });
    }
    expect(element.textContent).toBe("word ".repeat(5));
    expect({ list: renders.list - before.list, bubble: renders.bubble - before.bubble }).toEqual({
      list: 0,
      bubble: 5,
    });
    expect(chat!.messages).toBe(messages);
  });

  it("cancels the last answer, asks again instead of it, and keeps what came of a cancelled one as said", async () => {
    const at = bench();
    const chat = chatting(at);
    const { does } = await mount(chat.element);
    await does(() => chat.value.send("Hello"));
    const socket = await accepted(at);
    await does(() => answer(socket, "s1", [{ type: "text-delta", text: "Ha" }]));
    const [question] = chat.value.messages;
    await does(async () => {
      const cancelled = chat.value.cancel();
      const receipt = { type: "cancelled", partialLength: 2 };
      socket.deliver({ type: "events", streamId: "s1", first: "1-2", offset: "1-2", at: 1, events: [receipt] });
      await cancelled;
    });
    expect(socket.actions("cancel")).toHaveLength(1);
    expect(chat.value.status).toBe("ready");
    await does(() => chat.value.regenerate());
    expect(chat.value.messages).toHaveLength(2);
    expect(chat.value.messages[0]).toBe(question);
    await does(() =>
      answer(socket, "s2", [
        { type: "text-delta", text: "Hi" },
        { type: "cancelled", partialLength: 2 },
      ]),
    );
    await does(() => chat.value.send("Go on"));
    expect(socket.actions("ask").map(({ requestId: _requestId, ...asked }) => asked)).toEqual([
      { action: "ask", text: "Hello", history: [] },
      { action: "ask", text: "Hello", history: [] },
      {
        action: "ask",
        text: "Go on",
        history: [
          { role: "user", content: "Hello" },
          { role: "assistant", content: "Hi" },
        ],
      },
    ]);
    await does(() => chat.value.clear());
    expect(chat.value.messages).toEqual([]);
  });

  it("leaves out of the history what it has not seen to the end, and shows that when it is watched again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const chat = chatting(at);
    const { does } = await mount(chat.element);
    await does(() => chat.value.send("Q1"));
    const socket = await accepted(at);
    await does(() => answer(socket, "s1", [{ type: "text-delta", text: "Never do " }]));
    const view = viewIn(chat.value);
    await does(() => chat.value.send("Q2"));
    await does(() => answer(socket, "s2", said("Yes")));
    await does(() => vi.advanceTimersByTime(2500));
    await does(() => chat.value.send("Q3"));
    const history = [
      { role: "user", content: "Q2" },
      { role: "assistant", content: "Yes" },
    ];
    expect(socket.actions("ask").at(-1)).toMatchObject({ text: "Q3", history });

    view.subscribe(() => {});
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s1", offset: "1-1" }]);
    await does(() => {
      const events = [
        { type: "text-delta", text: "this." },
        { type: "complete", text: "Never do this." },
      ];
      socket.deliver({ type: "events", streamId: "s1", first: "1-2", offset: "1-3", at: 1, events });
    });
    expect([view.wholeText, view.state.status]).toEqual(["Never do this.", "complete"]);
  });
});
