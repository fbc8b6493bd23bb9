// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { ImageUpload } from "./image-upload.tsx";
import { mount } from "./test-support/mount.ts";

it("takes an image that is chosen, dropped or pasted, and says why not what the server would refuse", async () => {
  const taken: (string | undefined)[] = [];
  const { element, does } = await mount(<ImageUpload value={undefined} onChange={(file) => taken.push(file?.name)} />);
  const zone = element.querySelector(".sluice-upload")!;
  const file = (name: string, type: string, bytes = 10): File => new File([new Uint8Array(bytes)], name, { type });
  const hand = (target: EventTarget, type: string, given: object): Promise<void> =>
    does(() => target.dispatchEvent(Object.assign(new Event(type, { bubbles: true, cancelable: true }), given)));
  const problem = (): string | undefined => element.querySelector('[role="alert"]')?.textContent;

  await hand(zone, "drop", { dataTransfer: { files: [file("cat.png", "image/png")] } });
  await hand(document, "paste", { clipboardData: { files: [file("dog.webp", "image/webp")] } });
  expect([taken, problem()]).toEqual([["cat.png", "dog.webp"], undefined]);

  await hand(zone, "drop", { dataTransfer: { files: [file("notes.pdf", "application/pdf")] } });
  expect(problem()).toBe("notes.pdf is no PNG, JPEG, GIF or WebP.");
  await hand(zone, "drop", { dataTransfer: { files: [file("big.jpg", "image/jpeg", 4 * 1024 * 1024)] } });
  expect(problem()).toBe("big.jpg has 4.0 MB; 3.75 MB are the most.");
  expect(taken.slice(2)).toEqual([undefined, undefined]);

  // Text goes where it was pasted.
  await hand(document, "paste", { clipboardData: { files: [] } });
  expect(taken).toHaveLength(4);
});
