import { useEffect } from "react";

/** Calls back for a key that is pressed outside of fields, without Ctrl, Alt or Meta, and with no dialog open. */
export function useShortcut(key: string, action: () => void, options: { readonly inFields?: boolean } = {}): void {
  const { inFields = false } = options;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== key || event.defaultPrevented || event.isComposing) return;
      if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]") !== null) return;
      if (!inFields && isField(event.target)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [key, action, inFields]);
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
}
