import { type RefObject, useEffect, useRef } from "react";
import { placeOf, useHash } from "../routing.ts";
import { titleOf } from "./place-names.ts";

/** A page that one has gone to has the browser tab's title and the focus, as a page that was loaded has. */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  const [address] = useHash().split("?");
  const loaded = useRef(address);
  useEffect(() => {
    const title = titleOf(placeOf(address!));
    if (title !== undefined) document.title = title;
    if (loaded.current === address) return;
    loaded.current = undefined;
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [address, main]);
}
