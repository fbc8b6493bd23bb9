import { useSyncExternalStore } from "react";

/** Whether the page matches a media query now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}

/** Too narrow for tables: lists of cards stand in for them. */
export const NARROW = "(max-width: 60rem)";
