import { isJsonObject } from "../protocol/json.ts";
import type { KeptQuestion } from "./chat.ts";

/** The questions to this route that were kept in this tab under `key`; those that can be read. */
export function kept<Input>(key: string | undefined, route: string): readonly KeptQuestion<Input>[] {
  try {
    const list = JSON.parse(sessionStorage.getItem(key!)!) as (Partial<KeptQuestion<Input>> | null)[];
    return list.filter(
      (item): item is KeptQuestion<Input> =>
        item?.route === route && typeof item.text === "string" && isJsonObject(item.input),
    );
  } catch {
    return [];
  }
}

/** Keeps this list under `key` instead. Where there is no place for it, a reload finds the one before. */
export function keep(key: string | undefined, list: readonly unknown[]): void {
  try {
    if (key !== undefined) sessionStorage.setItem(key, JSON.stringify(list));
  } catch {
    // The page may have no storage, or no more of it.
  }
}
