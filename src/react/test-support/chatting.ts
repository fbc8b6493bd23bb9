import type { Bench } from "../../../test/support/client-bench.ts";
import { settled } from "../../testing/fake-clock.ts";
import type { FakeSocket } from "../../testing/fake-socket.ts";
import { type ChatHandle, type RunView, useChat } from "../index.ts";
import { type Probe, probe } from "./probe.tsx";

type Handle = ChatHandle<object, unknown>;

export function chatting(at: Bench, keep?: boolean): Probe<Handle> {
  return probe(() =>
    useChat(at.client, "ask", {
      id: "c",
      input: (text, history) => ({ text, history: history.map(({ role, content }) => ({ role, content })) }),
      ...(keep !== undefined && { keep }),
    }),
  );
}

export async function accepted({ sockets }: Bench): Promise<FakeSocket> {
  await settled();
  sockets.last.accept();
  return sockets.last;
}

export function viewIn(chat: Handle, index = -1): RunView {
  const message = chat.messages.at(index)!;
  if (message.role === "user") throw new Error("That is a question.");
  return message.view;
}

/** The server answers the last question, as the stream with this id. */
export function answer(socket: FakeSocket, streamId: string, events: readonly object[]): void {
  const requestId = socket.actions("ask").at(-1)?.["requestId"];
  socket.deliver({ type: "start", streamId, offset: "1-0", requestId });
  socket.deliver({ type: "events", streamId, first: "1-1", offset: `1-${events.length}`, requestId, at: 1, events });
}

export const said = (text: string): object[] => [
  { type: "text-delta", text },
  { type: "complete", text },
];
