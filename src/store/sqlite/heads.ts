import type { StatementSync } from "node:sqlite";
import type { Cursor } from "../../cursor.ts";
import type { ListQuery, NewStream, StreamHead } from "../../store.ts";
import type { Database } from "./database.ts";

/** A stream's row, as it stands in the file. */
export interface HeadRow {
  readonly id: number;
  readonly head: StreamHead;
}

interface Columns {
  id: number;
  stream_id: string;
  app: string;
  route: string;
  owner: string;
  scope: string;
  request_id: string | null;
  digest: string | null;
  retention_ms: number;
  created_at: number;
  state: StreamHead["state"];
  ended_at: number | null;
  epochs: string;
  seq: number;
  cancel: number;
  gone: number;
}

const STATE_FILTER = { all: "", running: "AND state = 'running'", ended: "AND state <> 'running'" } as const;

/** The table `streams`. */
export class Heads {
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #byRequest: StatementSync;
  readonly #running: StatementSync;
  readonly #lists: Record<keyof typeof STATE_FILTER, StatementSync>;
  readonly #archived: StatementSync;
  readonly #ended: StatementSync;
  readonly #cancel: StatementSync;
  readonly #epochs: StatementSync;
  readonly #gone: StatementSync;
  readonly #due: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: Database) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#insert = prepare(`INSERT INTO streams (stream_id, app, route, owner, scope, request_id, digest, retention_ms,
      created_at, state, epochs, seq, cancel, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', '0', -1, ?, 0)`);
    this.#byId = prepare("SELECT * FROM streams WHERE stream_id = ?");
    this.#byRequest = prepare("SELECT * FROM streams WHERE scope = ? AND request_id = ? AND gone = 0");
    this.#running = prepare("SELECT * FROM streams WHERE state = 'running'");
    const list = (filter: string): StatementSync =>
      prepare(`SELECT * FROM streams WHERE app = ? AND scope = ? AND gone = 0 AND (created_at, stream_id) < (?, ?)
        ${filter} ORDER BY created_at DESC, stream_id DESC LIMIT ?`);
    this.#lists = {
      all: list(STATE_FILTER.all),
      running: list(STATE_FILTER.running),
      ended: list(STATE_FILTER.ended),
    };
    this.#archived = prepare("UPDATE streams SET seq = ? WHERE id = ?");
    this.#ended = prepare("UPDATE streams SET seq = ?, state = ?, ended_at = ?, cancel = 0, due_at = ? WHERE id = ?");
    this.#cancel = prepare("UPDATE streams SET cancel = 1 WHERE id = ?");
    this.#epochs = prepare("UPDATE streams SET epochs = ? WHERE id = ?");
    this.#gone = prepare("UPDATE streams SET gone = 1, due_at = ? WHERE id = ?");
    this.#due = prepare("SELECT id FROM streams WHERE gone = ? AND due_at <= ? ORDER BY due_at LIMIT ?");
    this.#forget = prepare("DELETE FROM streams WHERE id = ?");
  }

  /** Gives the new row's id. */
  insert(stream: NewStream, cancelled: boolean): number {
    const { streamId, app, route, owner, scope, requestId, digest, retentionMs, createdAt } = stream;
    const optional = [requestId ?? null, digest ?? null];
    const values = [streamId, app, route, owner, scope, ...optional, retentionMs, createdAt, Number(cancelled)];
    return Number(this.#insert.run(...values).lastInsertRowid);
  }

  get(streamId: string): HeadRow | undefined {
    return rowOf(this.#byId.get(streamId));
  }

  find(scope: string, requestId: string): HeadRow | undefined {
    return rowOf(this.#byRequest.get(scope, requestId));
  }

  running(): readonly HeadRow[] {
    return this.#running.all().map((columns) => rowOf(columns)!);
  }

  list({ app, scope, state }: ListQuery, from: Cursor | undefined, limit: number): readonly HeadRow[] {
    const place = from ?? { createdAt: Number.MAX_SAFE_INTEGER, id: "" };
    const found = this.#lists[state ?? "all"].all(app, scope, place.createdAt, place.id, limit);
    return found.map((columns) => rowOf(columns)!);
  }

  /** Events up to `seq` are in segments now. */
  archived(id: number, seq: number): void {
    this.#archived.run(seq, id);
  }

  ended(id: number, head: Pick<StreamHead, "seq" | "state" | "retentionMs">, endedAt: number): void {
    this.#ended.run(head.seq, head.state, endedAt, endedAt + head.retentionMs, id);
  }

  cancel(id: number): void {
    this.#cancel.run(id);
  }

  epochs(id: number, epochs: readonly number[]): void {
    this.#epochs.run(epochs.join(","), id);
  }

  gone(id: number, forgetAt: number): void {
    this.#gone.run(forgetAt, id);
  }

  /** Row ids of streams past their retention or, of gone ones, to be forgotten. */
  due(gone: boolean, now: number, limit: number): readonly number[] {
    return this.#due.all(Number(gone), now, limit).map(({ id }) => id as number);
  }

  forget(id: number): void {
    this.#forget.run(id);
  }
}

function rowOf(columns: unknown): HeadRow | undefined {
  if (columns === undefined) return undefined;
  const row = columns as Columns;
  const head: StreamHead = {
    streamId: row.stream_id,
    app: row.app,
    route: row.route,
    owner: row.owner,
    scope: row.scope,
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.digest !== null && { digest: row.digest }),
    retentionMs: row.retention_ms,
    createdAt: row.created_at,
    state: row.state,
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    epochs: row.epochs.split(",").map(Number),
    seq: row.seq,
    cancelRequested: row.cancel === 1,
    gone: row.gone === 1,
  };
  return { id: row.id, head };
}
