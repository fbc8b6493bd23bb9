import { RecordsEngine } from "../../records/sqlite.ts";
import { Database, type Durability } from "./database.ts";
import { StoreEngine } from "./engine.ts";

/** All that lives in one file. */
export interface Engines {
  readonly database: Database;
  readonly store: StoreEngine;
  readonly records: RecordsEngine;
}

/** Opens the file; throws where another process holds it, or where it is newer than this release. */
export function openEngines(path: string, durability: Durability): Engines {
  const database = new Database(path, durability);
  try {
    return { database, store: new StoreEngine(database), records: new RecordsEngine(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}
