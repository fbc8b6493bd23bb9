import { useSyncExternalStore } from "react";
import { Listeners } from "./listeners.ts";

/** One text that the browser keeps for this tab or for this site; where it may not, it is kept until the page is left. */
export class Setting {
  readonly #key: string;
  readonly #storage: () => Storage;
  readonly #listeners = new Listeners();
  #value: string | undefined;

  constructor(key: string, storage: () => Storage) {
    this.#key = key;
    this.#storage = storage;
    try {
      this.#value = storage().getItem(key) ?? undefined;
    } catch {
      // A forbidden storage costs the memory, not the page.
    }
  }

  get value(): string | undefined {
    return this.#value;
  }

  set(value: string | undefined): void {
    if (value === this.#value) return;
    this.#value = value;
    try {
      if (value === undefined) this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, value);
    } catch {
      // As above.
    }
    this.#listeners.tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
}

/** The setting's value; renders again when it changes. */
export function useSetting(setting: Setting): string | undefined {
  return useSyncExternalStore(setting.subscribe, () => setting.value);
}
