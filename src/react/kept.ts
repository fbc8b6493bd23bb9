/** The list that was kept in this tab under `key`; empty where there is none that can be read. */
export function kept<Item>(key: string | undefined): readonly Item[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key!)!);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Keeps this list instead. Where there is no place for it, a reload finds the one before. */
export function keep(key: string | undefined, list: readonly unknown[]): void {
  try {
    if (key !== undefined) sessionStorage.setItem(key, JSON.stringify(list));
  } catch {
    // The page may have no storage, or no more of it.
  }
}
