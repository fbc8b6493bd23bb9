import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Checkpointer } from "./checkpointer.ts";
import { MIGRATIONS } from "./schema.ts";

/** `process`: survives the process's death (default). `disk`: survives the machine's, since every commit is synced first. */
export type Durability = "process" | "disk";

/** Longest wait for a lock that another program holds on the file: the event loop stands still meanwhile. */
const BUSY_MS = 5;

/**
 * Above so many pages (4 KB each) the write-ahead log is carried over into the file by whoever writes. A store that shares
 * its thread with the event loop lets it grow further, since it has it carried over before that, by a thread of its own.
 */
const CHECKPOINT_PAGES = { process: 32_768, disk: 4096 } as const;

/** So much is written before that. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

/** A commit writes whole pages, however little it holds. */
const COMMIT_BYTES = 8 * 1024;

/** One SQLite file, held by one process. Every failure is an Error that names the file and the reason. */
export class Database {
  readonly #path: string;
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #checkpointer: Checkpointer | undefined;
  #grown = 0;
  #grouped = false;

  /** Opens the file, makes it and its folder where they are missing, and brings it to the present schema. */
  constructor(path: string, durability: Durability, migrations: readonly string[] = MIGRATIONS) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#lock = lockFile(path);
    try {
      this.#db = new DatabaseSync(path, { timeout: BUSY_MS });
    } catch (error) {
      this.#lock.close();
      throw this.#told(error, "opened");
    }
    try {
      // NORMAL syncs at checkpoints only: what was written before a SIGKILL is in the page cache, and a power loss
      // takes the last commits but never the file's order. OFF would risk the file for a few per cent.
      this.#db.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${durability === "disk" ? "FULL" : "NORMAL"};
        PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES[durability]};
      `);
      this.#migrate(migrations);
      this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
      this.#commit = this.#db.prepare("COMMIT");
      const checkpoint = this.#db.prepare("PRAGMA wal_checkpoint(PASSIVE)");
      this.#checkpointer = durability === "process" ? new Checkpointer(path, () => this.#carry(checkpoint)) : undefined;
    } catch (error) {
      this.close();
      throw this.#told(error, "opened");
    }
  }

  /** Whether a `group` runs, whose failure is the failure of everything in it. */
  get grouped(): boolean {
    return this.#grouped;
  }

  prepare(sql: string): StatementSync {
    return this.#db.prepare(sql);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** Does `work` whole or not at all; within a `group` it becomes a part of that. */
  transaction<T>(work: () => T): T {
    if (this.#grouped) return work();
    let result: T;
    try {
      this.#begin.run();
      result = work();
      this.#commit.run();
    } catch (error) {
      this.#rollback();
      throw this.#told(error, "written");
    }
    // It is written: what goes wrong from here on is no failure of it.
    this.#grown += COMMIT_BYTES;
    if (this.#grown > CHECKPOINT_BYTES) this.#checkpoint();
    return result;
  }

  /** Does all transactions within `work` as one. */
  group(work: () => void): void {
    this.transaction(() => {
      this.#grouped = true;
      try {
        work();
      } finally {
        this.#grouped = false;
      }
    });
  }

  /** So many bytes were put into statements: about what the write-ahead log grew by. */
  grew(bytes: number): void {
    this.#grown += bytes;
  }

  /** What runs beside this thread has ended; then `close`. */
  async quiet(): Promise<void> {
    await this.#checkpointer?.close();
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
    if (this.#lock.isOpen) this.#lock.close();
  }

  #checkpoint(): void {
    this.#grown = 0;
    this.#checkpointer?.begin();
  }

  /** What the thread left, since it was written meanwhile. Any trouble with it reaches the next write, and is told there. */
  #carry(checkpoint: StatementSync): void {
    try {
      if (this.#db.isOpen) checkpoint.get();
    } catch {}
  }

  #rollback(): void {
    // SQLite has already rolled back by itself after some failures, a full disk among them.
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }

  #migrate(migrations: readonly string[]): void {
    const row = this.#db.prepare("PRAGMA user_version").get() as { user_version: number };
    const version = row.user_version;
    if (version > migrations.length) {
      throw new Error(
        `The database "${this.#path}" has schema version ${version}, this release knows ${migrations.length} at most.`,
      );
    }
    for (let next = version; next < migrations.length; next += 1) {
      try {
        this.#db.exec(`BEGIN IMMEDIATE; ${migrations[next]!}; PRAGMA user_version = ${next + 1}; COMMIT;`);
      } catch (error) {
        this.#rollback();
        throw error;
      }
    }
  }

  #told(error: unknown, done: "opened" | "written"): unknown {
    if (!isSqliteError(error)) return error;
    return new Error(`The database "${this.#path}" could not be ${done}: ${error.errstr}.`, { cause: error });
  }
}

/** Holds `<path>.lock` until it is closed or the process dies, SIGKILL included; throws at once where another holds it. */
function lockFile(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    throw new Error(`The database "${path}" is in use by another process.`, { cause: error });
  }
}

function isSqliteError(error: unknown): error is Error & { errstr: string } {
  return error instanceof Error && (error as { code?: unknown }).code === "ERR_SQLITE_ERROR";
}
