// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { textDelta } from "../protocol/events.ts";
import { AnswerBubble } from "./answer-bubble.tsx";
import { mount } from "./test-support/mount.ts";
import { toldView } from "./test-support/told-view.ts";

const start = { type: "start", route: "stream" } as const;

describe("an answer", () => {
  it("renders a closed block never again, and its element stays what the tail grew in (client.md 5.3)", async () => {
    const { view, tell } = toldView();
    const rendered: string[] = [];
    const render = (block: string): string => {
      rendered.push(block);
      return block;
    };
    const { element, does } = await mount(<AnswerBubble view={view} render={render} />);
    await does(() => tell(start, textDelta("The first bl")));
    const first = element.querySelector(".sluice-block")!;
    await does(() => tell(textDelta("ock.\n\nThe ")));
    await does(() => tell(textDelta("second")));
    await does(() => tell(textDelta(" block.")));

    const whole = "The first block.\n\nThe second block.";
    expect(element.querySelector(".sluice-text")!.textContent).toBe(whole);
    expect(element.querySelector(".sluice-block")).toBe(first);
    expect(rendered).toEqual(["The first bl", "The first block.\n\n", "The ", "The second", "The second block."]);
  });

  it("is busy until it ends, and says how it stands in a word", async () => {
    const { view, tell } = toldView();
    const { element, does } = await mount(<AnswerBubble view={view} />);
    const stand = (): unknown[] => [
      element.querySelector("article")!.getAttribute("aria-busy"),
      element.querySelector(".sluice-status")!.textContent,
    ];
    expect(stand()).toEqual(["true", "Starting"]);
    await does(() => tell(start, { type: "status", text: "In line", stage: "queued" }));
    expect(stand()).toEqual(["true", "Queued"]);
    await does(() => tell(textDelta("Hello")));
    expect(stand()).toEqual(["true", "Streaming"]);
    await does(() => tell({ type: "complete", text: "Hello" }));
    expect(stand()).toEqual(["false", "Complete"]);
  });

  it("keeps what had come of a cancelled one, and says how much that is", async () => {
    const { view, tell } = toldView();
    const { element, does } = await mount(<AnswerBubble view={view} />);
    await does(() => tell(start, textDelta("Half"), { type: "cancelled", partialLength: 4 }));
    expect(element.querySelector(".sluice-text")!.textContent).toBe("Half");
    expect(element.querySelector(".sluice-note")!.textContent).toBe(
      "Cancelled. The 4 characters that had arrived are kept.",
    );
  });

  it.each([
    { code: "upstream_error", retryable: true },
    { code: "bad_request", retryable: false },
  ] as const)("offers to try again after $code: $retryable (errors.ts)", async ({ code, retryable }) => {
    const { view, tell } = toldView();
    let retries = 0;
    const { element, does } = await mount(<AnswerBubble view={view} onRetry={() => (retries += 1)} />);
    await does(() => tell(start, { type: "error", code, message: "It broke", retryable }));
    const said = element.querySelector('[role="alert"]')!.textContent;
    expect(said).toContain("It broke.");
    expect(said).toContain(code);
    await does(() => element.querySelector("button")?.click());
    expect(retries).toBe(retryable ? 1 : 0);
  });
});
