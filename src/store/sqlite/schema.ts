/**
 * The database's shape, one step a version. A step that was released is never changed: a new one is added.
 *
 * - `streams`: one row a stream. While it runs, `seq` is the last seq in its segments (-1: none); then the last of all.
 *   `due_at` is when the sweep has to do with it: its retention's end or, once gone, when it is forgotten.
 * - `segments`: the archive of a stream's events, one line an event.
 * - `journal`: what came last, in order of arrival, for all streams that run. Read only at opening.
 * - `records`: documents; those with `expires_at` go with a sweep after it.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    stream_id TEXT NOT NULL UNIQUE,
    app TEXT NOT NULL,
    route TEXT NOT NULL,
    owner TEXT NOT NULL,
    scope TEXT NOT NULL,
    request_id TEXT,
    digest TEXT,
    retention_ms INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    epochs TEXT NOT NULL,
    seq INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    due_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX streams_by_request ON streams (scope, request_id) WHERE request_id IS NOT NULL AND gone = 0;
  CREATE INDEX streams_by_creation ON streams (app, scope, created_at, stream_id) WHERE gone = 0;
  CREATE INDEX streams_running ON streams (id) WHERE state = 'running';
  CREATE INDEX streams_due ON streams (gone, due_at) WHERE due_at IS NOT NULL;

  CREATE TABLE segments (
    stream INTEGER NOT NULL,
    last INTEGER NOT NULL,
    first INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX segments_by_place ON segments (stream, last);

  CREATE TABLE journal (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;

  CREATE TABLE early_cancels (
    scope TEXT NOT NULL,
    request_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (scope, request_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE records (
    collection TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (collection, owner, id)
  ) STRICT;
  CREATE INDEX records_by_creation ON records (collection, owner, created_at, id);
  `,
  // Tickets had no end that the store knew of: those that are there are long worth nothing.
  `
  ALTER TABLE records ADD COLUMN expires_at INTEGER;
  CREATE INDEX records_expiring ON records (expires_at) WHERE expires_at IS NOT NULL;
  DELETE FROM records WHERE collection = 'tickets';
  `,
];
