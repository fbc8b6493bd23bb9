/** Where the client remembers things for the tab: `sessionStorage`, or anything of its shape. */
export interface KeptStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What the client remembers. A storage may be missing, full or forbidden: then it has no memory. Nothing is touched before it is asked. */
export class Memory {
  readonly #given: KeptStorage | undefined;

  constructor(storage: KeptStorage | undefined) {
    this.#given = storage;
  }

  get(key: string): string | undefined {
    return this.#use((storage) => storage.getItem(key) ?? undefined);
  }

  set(key: string, value: string): void {
    this.#use((storage) => storage.setItem(key, value));
  }

  forget(key: string): void {
    this.#use((storage) => storage.removeItem(key));
  }

  #use<T>(task: (storage: KeptStorage) => T): T | undefined {
    try {
      return task(this.#given ?? globalThis.sessionStorage);
    } catch {
      return undefined;
    }
  }
}
