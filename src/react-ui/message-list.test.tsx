// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import { MessageList } from "./message-list.tsx";
import { type Mounted, mount } from "./test-support/mount.ts";

/** What a browser measures: the list is 100 pixels high, its content as much as a test says. */
let height = 0;
let grown = (): void => {};
let seen = (_isEnd: boolean): void => {};

beforeEach(() => {
  height = 500;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        grown = callback;
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(callback: (entries: readonly { isIntersecting: boolean }[]) => void) {
        seen = (isIntersecting) => callback([{ isIntersecting }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
});

async function mounted(): Promise<Mounted & { readonly list: HTMLElement }> {
  const style = document.createElement("style");
  style.textContent = ".sluice-messages { overflow-y: auto }";
  document.head.replaceChildren(style);
  const made = await mount(<MessageList>An answer</MessageList>);
  const list = made.element.querySelector<HTMLElement>(".sluice-messages")!;
  Object.defineProperties(list, { scrollHeight: { get: () => height }, clientHeight: { value: 100 } });
  return { ...made, list };
}

it("stays at the end while the list grows, leaves a reader alone who went up, and comes back with them", async () => {
  const { list, does } = await mounted();
  const grow = (): Promise<void> =>
    does(() => {
      height += 50;
      grown();
    });
  const scroll = (top: number): Promise<void> =>
    does(() => {
      list.scrollTop = top;
      list.dispatchEvent(new Event("scroll"));
    });
  await grow();
  expect(list.scrollTop).toBe(height);
  await scroll(height - 100);
  await scroll(height - 150);
  const left = list.scrollTop;
  await grow();
  expect(list.scrollTop).toBe(left);
  await scroll(height - 110);
  await grow();
  expect(list.scrollTop).toBe(height);
});

it("leaves the end alone where the reader opens something", async () => {
  const { list, does, shows } = await mounted();
  await shows(
    <MessageList>
      <details>
        <summary>Search documents</summary>
      </details>
    </MessageList>,
  );
  await does(() => grown());
  const before = list.scrollTop;
  await does(() => {
    list.querySelector("summary")!.click();
    height += 300;
    grown();
  });
  expect([before, list.scrollTop]).toEqual([500, 500]);
});

it("takes a reader who is away to the end, by its button or when the next answer begins", async () => {
  const { list, does, element, shows } = await mounted();
  const button = element.querySelector("button")!;
  await shows(<MessageList busy>An answer</MessageList>);
  const leave = (): Promise<void> =>
    does(() => {
      list.scrollTop = 200;
      list.dispatchEvent(new Event("scroll"));
      list.scrollTop = 100;
      list.dispatchEvent(new Event("scroll"));
      seen(false);
    });
  expect(button.hidden).toBe(true);
  await leave();
  expect(button.hidden).toBe(false);
  await does(() => button.click());
  expect(list.scrollTop).toBe(height);
  await leave();
  await shows(<MessageList>An answer</MessageList>);
  expect(button.hidden).toBe(true);
  await shows(<MessageList busy>An answer</MessageList>);
  expect(list.scrollTop).toBe(height);
});
