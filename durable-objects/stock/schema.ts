/**
 * The ledger's tables. Migrations are append-only: one that was deployed is never edited.
 *
 * The CHECKs on `pools` are promise P1, asserted by the database itself: whatever a decision does, a pool whose
 * counts don't add up cannot be stored.
 */
export const STOCK_MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE pools (
      pool TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'closed')),
      received INTEGER NOT NULL,
      available INTEGER NOT NULL CHECK (available >= 0),
      held INTEGER NOT NULL CHECK (held >= 0),
      sold INTEGER NOT NULL CHECK (sold >= 0),
      unit_price_cents INTEGER,
      currency TEXT,
      per_customer_limit INTEGER,
      hold_seconds INTEGER,
      opens_at_ms INTEGER,
      closes_at_ms INTEGER,
      CHECK (available + held + sold = received)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE holds (
      hold_id TEXT PRIMARY KEY,
      pool TEXT NOT NULL REFERENCES pools (pool),
      customer TEXT NOT NULL,
      quantity INTEGER NOT NULL CHECK (quantity > 0),
      returned_quantity INTEGER NOT NULL DEFAULT 0 CHECK (returned_quantity BETWEEN 0 AND quantity),
      unit_price_cents INTEGER NOT NULL,
      currency TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('held', 'sold', 'released', 'expired')),
      order_id TEXT,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
    // Limits are counted per pool and customer; expiry looks for the oldest hold that still runs.
    `CREATE INDEX holds_customer ON holds (pool, customer)`,
    `CREATE INDEX holds_running ON holds (expires_at_ms) WHERE state = 'held'`,
    // Receipts and allotments that were carried out, so that the same command sent twice has one effect.
    `CREATE TABLE commands (
      id TEXT PRIMARY KEY,
      content TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // One row: how often the ledger has changed, and which of its versions Postgres is known to have.
    `CREATE TABLE ledger (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      version INTEGER NOT NULL,
      acknowledged_version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO ledger (one, version, acknowledged_version) VALUES (1, 0, 0)`,
  ],
]
