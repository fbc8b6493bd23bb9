import type { ReactElement } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { bench } from "../../test/support/client-bench.ts";

afterEach(() => void vi.unstubAllGlobals());

it("renders on a server: idle, opening nothing, and without a look at a browser's globals", async () => {
  const at = bench();
  const touched: string[] = [];
  for (const name of ["window", "document", "sessionStorage", "requestAnimationFrame", "XMLHttpRequest", "WebSocket"]) {
    vi.stubGlobal(name, undefined);
    Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
  }
  const { useChat, useConnection, useRun, useStream, useStreamText, useUpload, useView } = await import("./index.ts");
  function Page(): ReactElement {
    const run = useRun(at.client, "ask", { keep: "answer" });
    const stream = useStream(at.client, "s");
    const chat = useChat(at.client, "ask", { id: "c", input: (text) => ({ text }) });
    const upload = useUpload(at.client);
    const values = [
      [useConnection(at.client).state, run.status, run.text, stream.status, chat.status],
      [chat.messages, upload.items, useStreamText(undefined), useView(undefined, ({ stages }) => stages)],
    ];
    return <>{JSON.stringify(values)}</>;
  }
  const html = renderToString(<Page />).replaceAll("&quot;", '"');
  expect(JSON.parse(html)).toEqual([
    ["idle", "idle", "", "idle", "ready"],
    [[], [], { blocks: [], tail: "", done: false }, []],
  ]);
  expect([touched, at.sockets.all, at.asked]).toEqual([[], [], []]);
});
