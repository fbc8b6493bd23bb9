/** What befalls a page, or an app on a phone. Networks and browsers only hint: nothing here is believed unseen. */
export type LifecycleEvent = "online" | "offline" | "hidden" | "visible" | "frozen" | "thawed";

/** Tells of it; gives the way to stop. React Native's `AppState` and `NetInfo` can stand behind it as well. */
export type Lifecycle = (listener: (event: LifecycleEvent) => void) => () => void;

/** The page's own events; none where there is no page. A page that goes into the back/forward cache is frozen, too. */
export const pageLifecycle: Lifecycle = (listener) => {
  const page = globalThis as Partial<Pick<Window, "addEventListener" | "document">>;
  if (page.addEventListener === undefined) return () => {};
  const stop = new AbortController();
  const on = (
    target: Pick<EventTarget, "addEventListener"> | undefined,
    type: string,
    what: () => LifecycleEvent,
  ): void => target?.addEventListener(type, () => listener(what()), { signal: stop.signal });
  const { document } = page;
  on(page as Window, "online", () => "online");
  on(page as Window, "offline", () => "offline");
  on(page as Window, "pagehide", () => "frozen");
  on(page as Window, "pageshow", () => "thawed");
  on(document, "freeze", () => "frozen");
  on(document, "resume", () => "thawed");
  on(document, "visibilitychange", () => (document!.hidden ? "hidden" : "visible"));
  return () => stop.abort();
};
