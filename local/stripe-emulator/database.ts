/**
 * The emulator's memory: one SQLite file. Write-ahead logging with `synchronous = OFF` hands every commit to the
 * operating system before it returns and never waits for the disk, so a killed process loses nothing and a purchase
 * costs well under a millisecond. A power cut may lose the last seconds; test money can bear that.
 */
import { DatabaseSync } from "node:sqlite"

/** Applied in order, each once; new ones are appended. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE records (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL,
     id TEXT NOT NULL UNIQUE,
     intent_id TEXT,
     created_at_ms INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX records_by_kind ON records (kind, seq);
   CREATE INDEX records_by_intent ON records (intent_id, kind) WHERE intent_id IS NOT NULL;

   CREATE TABLE idempotency_keys (
     key TEXT PRIMARY KEY,
     path TEXT NOT NULL,
     fingerprint TEXT NOT NULL,
     request_id TEXT NOT NULL,
     status INTEGER NOT NULL,
     body TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE deliveries (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     event_id TEXT NOT NULL,
     type TEXT NOT NULL,
     intent_id TEXT NOT NULL,
     endpoint_id TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dropped', 'given_up', 'endpoint_deleted')),
     attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
     next_at_ms INTEGER NOT NULL,
     first_failure TEXT,
     last_failure TEXT
   ) STRICT;
   CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_at_ms) WHERE state = 'pending';
   CREATE INDEX deliveries_by_event ON deliveries (event_id);

   CREATE TABLE delivery_attempts (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     delivery_seq INTEGER NOT NULL REFERENCES deliveries (seq),
     attempt INTEGER NOT NULL,
     url TEXT NOT NULL,
     status INTEGER,
     error TEXT,
     at_ms INTEGER NOT NULL,
     delivered INTEGER NOT NULL CHECK (delivered IN (0, 1))
   ) STRICT;`,
  // What comes later by itself: authorizations run out, refunds are settled.
  `UPDATE records SET body = json_set(body, '$.status', 'succeeded', '$.dueAtMs', NULL, '$.becomes', NULL) WHERE kind = 'refund';
   UPDATE records SET body = json_set(body, '$.dueAtMs', NULL, '$.madeWithKey', NULL) WHERE kind = 'intent';
   UPDATE records SET body = json_set(body, '$.disputed', json('false'), '$.sequel', NULL) WHERE kind = 'charge';
   CREATE INDEX records_due ON records (json_extract(body, '$.dueAtMs')) WHERE json_extract(body, '$.dueAtMs') IS NOT NULL;`,
  // Payments may be linked to a tax calculation.
  `UPDATE records SET body = json_set(body, '$.taxCalculationId', NULL) WHERE kind = 'intent';`,
]

/** How long a second connection waits for the write lock, in milliseconds; only a ledger read ever competes. */
const BUSY_TIMEOUT_MS = 5_000

/** Pages in the write-ahead log before they are moved to the file, 32 MB: eight times the default moves hot pages less often. */
const CHECKPOINT_PAGES = 8_000

/** Opens or creates the file and brings its tables up to date. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};`,
  )
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number }
  for (let index = version; index < MIGRATIONS.length; index += 1) {
    database.exec(`BEGIN; ${MIGRATIONS[index] ?? ""} PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
  return database
}

/** A second, reading connection: it sees one moment for as long as its transaction lasts. */
export function openSnapshot(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; BEGIN;`)
  return database
}
