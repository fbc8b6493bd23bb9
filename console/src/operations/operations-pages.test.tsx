// @vitest-environment happy-dom
import { type ReactElement, act } from "react";
import { type Root, createRoot } from "react-dom/client";
import { SluiceError } from "sluice/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionsPage } from "./connections/connections-page.tsx";
import { type Operations, operationsWith } from "./operations.ts";
import { StreamPage } from "./stream/stream-page.tsx";
import { StreamsList } from "./streams/streams-list.tsx";
import { aConnection, aSample, aStream, entriesAt, text } from "./testing/rows.ts";
import { ScriptedClient } from "./testing/scripted-client.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** Longer than changes are gathered. */
const SOON_MS = 150;

describe("the operator's pages", () => {
  let client: ScriptedClient;
  let operations: Operations;
  let root: Root;
  let place: HTMLElement;

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: [
        "setTimeout",
        "clearTimeout",
        "setInterval",
        "clearInterval",
        "Date",
        "performance",
        "requestAnimationFrame",
        "cancelAnimationFrame",
      ],
    });
    client = new ScriptedClient();
    operations = operationsWith(client.typed, {});
    place = document.body.appendChild(document.createElement("main"));
    root = createRoot(place);
  });

  afterEach(() => {
    act(() => root.unmount());
    place.remove();
    vi.useRealTimers();
  });

  function show(page: ReactElement): Promise<void> {
    return act(async () => root.render(page));
  }

  /** Lets what was told come to the page. */
  function soon(ms = SOON_MS): Promise<void> {
    return act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  }

  async function list(...rows: readonly ReturnType<typeof aStream>[]): Promise<void> {
    client.last("watch").data("streams", { set: rows, gone: [] });
    await soon();
  }

  const button = (name: string): HTMLElement =>
    [...place.querySelectorAll("button")].find((each) =>
      (each.getAttribute("aria-label") ?? each.textContent).includes(name),
    )!;
  const click = (name: string): Promise<void> => act(async () => button(name).click());
  const listed = (): string[] => [...place.querySelectorAll("tbody a")].map((link) => link.textContent);

  it("changes only the row whose stream has changed", async () => {
    await show(<StreamsList operations={operations} />);
    await list(aStream("a"), aStream("b"));
    const changed: Node[] = [];
    const observer = new MutationObserver((records) => changed.push(...records.map(({ target }) => target)));
    observer.observe(place, { subtree: true, childList: true, characterData: true, attributes: true });
    await list(aStream("b", { tokens: 41 }));
    await act(async () => {});
    observer.disconnect();

    const row = place.querySelector("#stream-b")!.closest("tr")!;
    expect(row.textContent).toContain("41");
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((node) => !row.contains(node))).toEqual([]);
  });

  it("lets no row come or move while the focus is in the list, and says what waits", async () => {
    await show(<StreamsList operations={operations} />);
    await list(aStream("a", { createdAt: 1000 }));
    await act(async () => place.querySelector<HTMLElement>("#stream-a")!.focus());
    await list(aStream("b", { createdAt: 2000 }));
    expect(listed()).toEqual(["a"]);
    await click("Show 1 new");
    expect(listed()).toEqual(["b", "a"]);
  });

  it("renders a part of a long list only, and says how long it is", async () => {
    await show(<StreamsList operations={operations} />);
    await list(...Array.from({ length: 500 }, (_, number) => aStream(`s${number}`)));
    expect(place.querySelectorAll("tbody a").length).toBeLessThan(100);
    expect(place.querySelector("table")!.getAttribute("aria-rowcount")).toBe("501");
  });

  it("law 6: a cancel is requested, stopping, stopped", async () => {
    await show(<StreamsList operations={operations} />);
    await list(aStream("a"));
    await click("Cancel titles a");
    const state = (): string => place.querySelector("tbody tr")!.querySelector("td:last-child")!.textContent;
    expect(client.last("cancelStream").input).toEqual({ app: "titles", streamId: "a" });
    expect(state()).toBe("Requested…");
    client.last("cancelStream").end({ state: "running" });
    await soon();
    expect(state()).toBe("Stopping…");
    await list(aStream("a", { state: "cancelled", endedAt: 2000 }));
    expect(state()).toBe("Stopped");
  });

  it("law 6: a cancel that failed says why, and can be asked for again", async () => {
    await show(<StreamsList operations={operations} />);
    await list(aStream("a"));
    await click("Cancel titles a");
    client.last("cancelStream").fail(new SluiceError("internal", "It did not work."));
    await soon();
    expect(place.textContent).toContain("It did not work.");
    await click("Cancel titles a");
    expect(client.runs.filter(({ route }) => route === "cancelStream")).toHaveLength(2);
  });

  it("says that nobody is there, that the server is not reached, that a token is needed", async () => {
    await show(<ConnectionsPage operations={operations} />);
    expect(place.textContent).toContain("Looking for connections…");
    client.last("watch").data("pace", aSample(1000));
    await soon();
    expect(place.textContent).toContain("Nobody is connected");
    await act(async () =>
      client.become({ state: "waiting", transport: "websocket", attempt: 1, retryAt: Date.now() + 5500 }),
    );
    expect(place.textContent).toContain("The server is not reached");
    await act(async () => client.become({ state: "open", transport: "websocket", attempt: 1 }));
    client.last("watch").fail(new SluiceError("forbidden", "No."));
    await soon();
    expect(place.textContent).toContain("An operator's token is needed");
    expect(place.textContent).not.toContain("Nobody is connected");
  });

  it("cuts a connection, and says whether that worked", async () => {
    await show(<ConnectionsPage operations={operations} />);
    client.last("watch").data("pace", aSample(1000));
    const follows = [{ streamId: "s", offset: "1-4", behind: 3 }];
    client.last("watch").data("connections", { set: [aConnection("c", { follows, bufferedBytes: 2500 })], gone: [] });
    await soon();
    expect(place.querySelector("tbody tr")!.textContent).toContain("3 events behind");
    await click("Cut connection c");
    expect(client.last("disconnect").input).toEqual({ connectionId: "c" });
    client.last("disconnect").end({ closed: false });
    await soon();
    expect(place.textContent).toContain("Cannot be cut");
  });

  it("says that there is no such stream, and does not ask again in vain", async () => {
    await show(<StreamPage operations={operations} app="titles" streamId="s" at={undefined} />);
    const message = "There is no such stream.";
    client.last("timeline").tell({ type: "start", route: "timeline" });
    client.last("timeline").tell({ type: "error", code: "not_found", message, retryable: false });
    client.last("timeline").fail(new SluiceError("not_found", message));
    await soon(60_000);
    expect(place.textContent).toContain("There is no such stream, or it is kept no longer.");
    expect(client.runs).toHaveLength(1);
  });

  it("shows a stream again by its commit times, from the event that the address names", async () => {
    const page = (at?: number): ReactElement => (
      <StreamPage operations={operations} app="titles" streamId="s" at={at} />
    );
    await show(page());
    const start = { type: "start", route: "stream" } as const;
    const end = { type: "complete", text: "One two three." } as const;
    const told = [
      [0, start],
      [100, text("One ")],
      [200, text("two ")],
      [5000, text("three.")],
      [5001, end],
    ] as const;
    const timeline = client.last("timeline");
    timeline.data("head", { app: "titles", streamId: "s", route: "stream", owner: "", createdAt: 1000, epochs: [0] });
    timeline.data("entries", entriesAt(...told));
    await soon();
    const shown = (): string => place.querySelector(".sluice-text")!.textContent;
    expect(shown()).toBe("One two three.");
    await show(page(1));
    expect(shown()).toBe("One ");
    expect(place.querySelector("tr[aria-current]")!.textContent).toContain("One");
    await click("Replay");
    await soon(90);
    expect(shown()).toBe("One ");
    await soon(30);
    expect(shown()).toBe("One two ");
    await soon(4700);
    expect(shown()).toBe("One two ");
    await soon(300);
    expect(shown()).toBe("One two three.");
    expect(button("Replay")).toBeDefined();
  });
});
