import { type ReactNode, act } from "react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

export interface Mounted {
  readonly element: HTMLElement;
  /** Does something, and waits until React has shown what came of it. */
  does(work: () => unknown): Promise<void>;
  shows(node: ReactNode): Promise<void>;
}

/** Shows a component in the document until the test is finished. */
export async function mount(node: ReactNode): Promise<Mounted> {
  const element = document.createElement("div");
  document.body.append(element);
  const root = createRoot(element);
  const does = (work: () => unknown): Promise<void> =>
    act(async () => {
      await work();
    });
  const shows = (shown: ReactNode): Promise<void> => does(() => root.render(shown));
  onTestFinished(async () => {
    await act(() => root.unmount());
    element.remove();
  });
  await shows(node);
  return { element, does, shows };
}
