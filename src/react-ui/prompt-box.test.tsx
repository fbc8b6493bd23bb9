// @vitest-environment happy-dom
import type { ReactElement } from "react";
import { expect, it } from "vitest";
import { PromptBox } from "./prompt-box.tsx";
import { type Mounted, mount } from "./test-support/mount.ts";

const sent: string[] = [];
let stops = 0;

function Box({ busy }: { readonly busy: boolean }): ReactElement {
  return <PromptBox label="Question" busy={busy} onSend={(text) => sent.push(text)} onCancel={() => (stops += 1)} />;
}

function type({ does, element }: Mounted, text: string): Promise<void> {
  return does(() => {
    const area = element.querySelector("textarea")!;
    // React listens to what the browser's own setter is told.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")!.set!.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function press({ does, element }: Mounted, key: string, ctrlKey = false): Promise<void> {
  const event = new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true });
  return does(() => element.querySelector("textarea")!.dispatchEvent(event));
}

it("sends with Ctrl and Enter, once, and stops with Escape while an answer is on its way", async () => {
  const box = await mount(<Box busy={false} />);
  const area = box.element.querySelector("textarea")!;
  await press(box, "Enter", true);
  await type(box, "  When will it snow?\n");
  await press(box, "Enter");
  await press(box, "Escape");
  expect([sent, stops]).toEqual([[], 0]);
  await press(box, "Enter", true);
  expect([sent, area.value]).toEqual([["When will it snow?"], ""]);

  await box.shows(<Box busy />);
  await type(box, "And where?");
  await press(box, "Enter", true);
  await press(box, "Escape");
  const [send, stop] = box.element.querySelectorAll("button");
  await box.does(() => stop!.click());
  expect([sent.length, stops, area.value]).toEqual([1, 2, "And where?"]);
  expect(document.activeElement).toBe(send);
});
