import { Memory } from "../client/memory.ts";
import { isJsonObject } from "../protocol/json.ts";
import type { KeptQuestion } from "./chat.ts";

const memory = new Memory(undefined);

/** The questions to this route that were kept in this tab under `key`; those that can be read. */
export function kept<Input>(key: string | undefined, route: string): readonly KeptQuestion<Input>[] {
  try {
    const list = JSON.parse(memory.get(key!)!) as (Partial<KeptQuestion<Input>> | null)[];
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
  if (key !== undefined) memory.set(key, JSON.stringify(list));
}
