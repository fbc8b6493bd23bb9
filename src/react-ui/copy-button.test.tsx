// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { ResultCard } from "./result-card.tsx";
import { mount } from "./test-support/mount.ts";

it("copies a result as JSON, and says whether that worked", async () => {
  const { element, does } = await mount(<ResultCard title="Prediction" value={{ certain: false }} />);
  const button = element.querySelector("button")!;
  const copied: string[] = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => copied.push(text) } });
  await does(() => button.click());
  expect([copied, button.textContent]).toEqual([['{\n  "certain": false\n}'], "Copied"]);
  expect(element.querySelector('[role="status"]')!.textContent).toBe("Copied");
  // A page from elsewhere, without encryption, has no clipboard.
  vi.stubGlobal("navigator", {});
  await does(() => button.click());
  expect(button.textContent).toBe("Not copied");
});
