/**
 * The room's tables. Migrations are append-only: one that was deployed is never edited.
 *
 * Waiting shoppers have no rows (P8). A tick writes one row, an admitted shopper one.
 */
export const ROOM_MIGRATIONS: readonly string[][] = [
  [
    // One row: the sale as it was scheduled and changed, and the draw.
    `CREATE TABLE sale (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      sale TEXT NOT NULL,
      draw_secret TEXT NOT NULL,
      draw_commitment TEXT NOT NULL,
      paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
      ended_at_ms INTEGER,
      terms_version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // One row: where the line stands, written by each tick that changed it.
    `CREATE TABLE line (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      frontier REAL NOT NULL CHECK (frontier >= -1),
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Whoever was passed stays passed, whatever a later tick computes.
    `CREATE TRIGGER line_never_goes_back BEFORE UPDATE ON line WHEN new.frontier < old.frontier
      BEGIN SELECT RAISE(ABORT, 'the frontier would go back'); END`,
    // By second after the bell; all those before the bell are second -1.
    `CREATE TABLE arrivals (
      second INTEGER PRIMARY KEY CHECK (second >= -1),
      seconds INTEGER NOT NULL CHECK (seconds > 0),
      count INTEGER NOT NULL CHECK (count >= 0)
    ) STRICT`,
    // One row for each ticket that was ever admitted: its newest pass.
    `CREATE TABLE passes (
      ticket_id TEXT PRIMARY KEY,
      pass_id TEXT NOT NULL,
      subject TEXT NOT NULL,
      rank REAL NOT NULL,
      frontier REAL NOT NULL,
      issued_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL CHECK (expires_at_ms > issued_at_ms),
      CHECK (rank < frontier)
    ) STRICT, WITHOUT ROWID`,
    // What each item's pool was last told; what it should be told follows from the sale and the clock.
    `CREATE TABLE pools (
      sku TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'closed')),
      terms_version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // Replenishments that are in the allotment already.
    `CREATE TABLE replenishments (
      id TEXT PRIMARY KEY,
      sku TEXT NOT NULL,
      units INTEGER NOT NULL CHECK (units > 0)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // When its holder had bought or given back; then the place is free before `expires_at_ms`.
    `ALTER TABLE passes ADD COLUMN ended_at_ms INTEGER CHECK (ended_at_ms >= issued_at_ms)`,
    // How many passes might live when it was issued, for the audit. Unknown for older ones.
    `ALTER TABLE passes ADD COLUMN cap INTEGER`,
  ],
  [
    // At most one row: how far the draw is. A sale without one was scheduled before draws were sealed.
    `CREATE TABLE draw (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Early access: a frontier below -1, those who were invited as second -2, and the secret that draws among them.
    `CREATE TABLE line_from_invited (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      frontier REAL NOT NULL CHECK (frontier >= -2),
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO line_from_invited (one, frontier, state) SELECT one, frontier, state FROM line`,
    `DROP TABLE line`,
    `ALTER TABLE line_from_invited RENAME TO line`,
    `CREATE TRIGGER line_never_goes_back BEFORE UPDATE ON line WHEN new.frontier < old.frontier
      BEGIN SELECT RAISE(ABORT, 'the frontier would go back'); END`,
    `CREATE TABLE arrivals_from_invited (
      second INTEGER PRIMARY KEY CHECK (second >= -2),
      seconds INTEGER NOT NULL CHECK (seconds > 0),
      count INTEGER NOT NULL CHECK (count >= 0)
    ) STRICT`,
    `INSERT INTO arrivals_from_invited (second, seconds, count) SELECT second, seconds, count FROM arrivals`,
    `DROP TABLE arrivals`,
    `ALTER TABLE arrivals_from_invited RENAME TO arrivals`,
    `ALTER TABLE sale ADD COLUMN early_secret TEXT`,
  ],
]
