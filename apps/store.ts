import type { Backend } from "sluice";
import { memory } from "sluice/store/memory";
import { redis } from "sluice/store/redis";
import { sqlite } from "sluice/store/sqlite";
import { SettingError, type StoreSetting } from "./environment.ts";

/** Opens the store that the environment names; throws `SettingError` where it cannot be opened. */
export async function openStore(setting: StoreSetting): Promise<Backend> {
  if (setting.kind === "memory") return memory();
  if (setting.kind === "redis") return redis(setting).catch(unusable);
  if (setting.kind === "dynamodb") {
    throw new SettingError(
      "SLUICE_STORE=dynamodb: is for Lambda functions; npm run start:aws runs them on this machine.",
    );
  }
  try {
    return await sqlite(setting.path);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/\.$/, "") : String(thrown);
    throw new SettingError(`The store cannot be opened at ${setting.path}: ${reason}; SLUICE_STORE names another.`);
  }
}

function unusable(thrown: Error): never {
  throw new SettingError(`${thrown.message.replace(/\.$/, "")}; SLUICE_STORE names another.`);
}
