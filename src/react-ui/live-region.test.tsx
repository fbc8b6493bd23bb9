// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { textDelta } from "../protocol/events.ts";
import { LiveRegion } from "./live-region.tsx";
import { mount } from "./test-support/mount.ts";
import { toldView } from "./test-support/told-view.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

it("says whole sentences, every two seconds at most, and the end (client.md 4, row 24)", async () => {
  const { view, tell } = toldView();
  const { element, does } = await mount(<LiveRegion view={view} />);
  const region = element.querySelector('[aria-live="polite"]')!;
  const said: string[] = [];
  new MutationObserver(() => said.push(region.textContent)).observe(region, {
    childList: true,
    characterData: true,
    subtree: true,
  });
  const pass = (ms: number): Promise<void> => does(() => vi.advanceTimersByTimeAsync(ms));

  await does(() => tell({ type: "start", route: "stream" }, textDelta("One. Two. Th")));
  await pass(1500);
  expect(region.textContent).toBe("");
  await pass(600);
  expect(region.textContent).toBe("One. Two.");
  await does(() => tell(textDelta("ree. Fo")));
  await does(() => tell(textDelta("ur.")));
  await does(() => tell({ type: "complete", text: "One. Two. Three. Four." }));
  expect(region.textContent).toBe("Three. Four. The answer is complete.");
  await pass(5000);
  expect(said).toEqual(["One. Two.", "Three. Four. The answer is complete."]);
});

it("does not read out an answer that was over before", async () => {
  const { view, tell } = toldView();
  const { element, does, shows } = await mount(<LiveRegion view={undefined} />);
  await does(() => tell({ type: "start", route: "stream" }, { type: "complete", text: "Old." }));
  await shows(<LiveRegion view={view} />);
  await does(() => vi.advanceTimersByTimeAsync(5000));
  expect(element.textContent).toBe("");
});
