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
    const engines = { database, store: new StoreEngine(database), records: new RecordsEngine(database) };
    sweepRecords(engines.records);
    return engines;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Removes what expired while the file was closed. Where it cannot be written, the next write tells so. */
function sweepRecords(records: RecordsEngine): void {
  const now = Date.now();
  try {
    while (records.sweepStep(now));
  } catch {}
}
