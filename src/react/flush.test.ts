import { describe, expect, it } from "vitest";
import { CHANGE, END, type Flush, type Publish, TEXT, flushOf } from "./flush.ts";
import { FakePage } from "./test-support/fake-page.ts";

interface Viewer {
  readonly publish: Publish;
  readonly published: () => number;
  readonly painted: () => number;
}

function viewer(): Viewer {
  let published = 0;
  let painted = 0;
  const run = { shown: () => (painted += 1) };
  return {
    publish: () => {
      published += 1;
      return run;
    },
    published: () => published,
    painted: () => painted,
  };
}

/** Draws pictures, each after some more text, and gives how often it was shown. */
async function flushesIn(page: FakePage, flush: Flush, pictures: number): Promise<number> {
  const { publish, published } = viewer();
  for (let picture = 0; picture < pictures; picture += 1) {
    for (let delta = 0; delta < 5; delta += 1) flush(publish, TEXT);
    await page.draw();
  }
  return published();
}

describe("when views show what came (client.md 5.3)", () => {
  it("is once a frame, for all views in one step, however much comes", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const views = [viewer(), viewer()];
    const steps: number[] = [];
    for (let picture = 0; picture < 10; picture += 1) {
      for (let delta = 0; delta < 20; delta += 1) for (const { publish } of views) flush(publish, TEXT);
      await page.draw();
      steps.push(views[0]!.published(), views[1]!.published());
    }
    // The very first text did not wait for a frame.
    expect(steps).toEqual(Array.from({ length: 10 }, (_, picture) => [picture + 2, picture + 1]).flat());
  });

  it("is at most 250 ms later where no frame comes", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const { publish, published } = viewer();
    flush(publish, TEXT);
    flush(publish, TEXT);
    await page.advance(249);
    expect(published()).toBe(1);
    await page.advance(1);
    expect(published()).toBe(2);
  });

  it("holds text on a hidden page without a timer, and shows it in one step when the page is seen", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const { publish, published, painted } = viewer();
    page.hide();
    for (let delta = 0; delta < 10_000; delta += 1) flush(publish, TEXT);
    expect(page.pending).toBe(0);
    await page.advance(60_000);
    expect(published()).toBe(0);
    page.show();
    expect(published()).toBe(1);
    await page.draw();
    await page.draw();
    expect([published(), painted()]).toEqual([1, 1]);
  });

  it("holds text that came before the page was hidden, too", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const { publish, published } = viewer();
    flush(publish, TEXT);
    flush(publish, TEXT);
    page.hide();
    await page.advance(1000);
    expect(published()).toBe(1);
    page.show();
    expect(published()).toBe(2);
  });

  it("is at once for another change and for the end, on a hidden page too, which is not painted before it is seen", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const { publish, published, painted } = viewer();
    page.hide();
    flush(publish, TEXT);
    flush(publish, CHANGE);
    expect(published()).toBe(1);
    flush(publish, CHANGE);
    expect(published()).toBe(1);
    flush(publish, END);
    expect(published()).toBe(2);
    await page.advance(1000);
    expect(painted()).toBe(0);
    page.show();
    await page.draw();
    expect(painted()).toBe(1);
  });

  it("gives changes that come in a flood one step a frame, not one each", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    const { publish, published } = viewer();
    for (let change = 0; change < 100; change += 1) flush(publish, CHANGE);
    expect(published()).toBe(1);
    await page.draw();
    expect(published()).toBe(2);
  });

  it("is every second frame while a picture takes more than 12 ms, and every frame again when it does not", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    expect(await flushesIn(page, flush, 20)).toBe(21);
    page.paintMs = 13;
    expect(await flushesIn(page, flush, 20)).toBeLessThanOrEqual(11);
    page.paintMs = 1;
    expect(await flushesIn(page, flush, 20)).toBeGreaterThanOrEqual(20);
  });

  it("leaves no timer behind once nothing comes", async () => {
    const page = new FakePage();
    const flush = flushOf(page);
    await flushesIn(page, flush, 3);
    await page.advance(1000);
    expect(page.pending).toBe(0);
  });
});
