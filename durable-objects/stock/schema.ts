/**
 * The ledger's tables. Migrations are append-only: one that was deployed is never edited.
 *
 * Rows written are what costs money, so a purchase writes its hold's row and nothing else: once when it is taken, once
 * when it ends, once when it is archived. What can be summed up from the holds' rows is not stored beside them.
 */
export const STOCK_MIGRATIONS: readonly string[][] = [
  [
    // `archived_sold` are units of sold holds that are in Postgres and no longer here.
    `CREATE TABLE pools (
      pool TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'closed')),
      received INTEGER NOT NULL CHECK (received >= 0),
      archived_sold INTEGER NOT NULL DEFAULT 0 CHECK (archived_sold BETWEEN 0 AND received),
      unit_price_cents INTEGER,
      currency TEXT,
      per_customer_limit INTEGER,
      hold_seconds INTEGER,
      opens_at_ms INTEGER,
      closes_at_ms INTEGER
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE holds (
      hold_id TEXT PRIMARY KEY,
      pool TEXT NOT NULL,
      customer TEXT NOT NULL,
      quantity INTEGER NOT NULL CHECK (quantity > 0),
      returned_quantity INTEGER NOT NULL DEFAULT 0 CHECK (returned_quantity BETWEEN 0 AND quantity),
      unit_price_cents INTEGER NOT NULL,
      currency TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('held', 'sold', 'released', 'expired')),
      order_id TEXT,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER,
      CHECK ((state = 'held') = (ended_at_ms IS NULL)),
      CHECK (state = 'sold' OR returned_quantity = 0)
    ) STRICT, WITHOUT ROWID`,
    // Receipts and allotments that were carried out, so that the same command sent twice has one effect.
    `CREATE TABLE commands (
      id TEXT PRIMARY KEY,
      content TEXT NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    // One row: the newest version that was told to anyone, what it said, and which version Postgres is known to have.
    `CREATE TABLE ledger (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      version INTEGER NOT NULL,
      told TEXT NOT NULL,
      acknowledged_version INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO ledger (one, version, told, acknowledged_version) VALUES (1, 0, '', 0)`,
  ],
  [
    // With one lane the ledger itself sells a pool, with more it leases units to them. `terms_version` grows with terms and state.
    `ALTER TABLE pools ADD COLUMN lanes INTEGER NOT NULL DEFAULT 1 CHECK (lanes BETWEEN 1 AND 64)`,
    `ALTER TABLE pools ADD COLUMN terms_version INTEGER NOT NULL DEFAULT 0`,
    // In the root: what each lane was granted and gave back, all told, and the newest report it made.
    `CREATE TABLE leases (
      pool TEXT NOT NULL,
      lane INTEGER NOT NULL,
      granted INTEGER NOT NULL,
      taken_back INTEGER NOT NULL,
      report_version INTEGER NOT NULL,
      held INTEGER NOT NULL,
      sold INTEGER NOT NULL,
      archived_sold INTEGER NOT NULL,
      told_terms_version INTEGER NOT NULL,
      PRIMARY KEY (pool, lane),
      CHECK (taken_back BETWEEN 0 AND granted),
      CHECK (held >= 0 AND sold >= archived_sold AND archived_sold >= 0 AND held + sold <= granted - taken_back)
    ) STRICT, WITHOUT ROWID`,
    // In a lane: what it has taken over of what it was granted and what it gave back, all told, and its newest report.
    `CREATE TABLE standings (
      pool TEXT PRIMARY KEY,
      accepted INTEGER NOT NULL,
      returned INTEGER NOT NULL,
      report_version INTEGER NOT NULL,
      CHECK (returned BETWEEN 0 AND accepted)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Rows in the order in which holds were taken, and narrow: pool and price by number, the state as a small integer.
    // With ids as keys, which are hashes, a hold dirtied a page of its own; now a commit's holds share a few pages.
    `CREATE TABLE offers (
      offer INTEGER PRIMARY KEY,
      pool TEXT NOT NULL,
      unit_price_cents INTEGER NOT NULL,
      currency TEXT NOT NULL
    ) STRICT`,
    `INSERT INTO offers (pool, unit_price_cents, currency)
      SELECT DISTINCT pool, unit_price_cents, currency FROM holds ORDER BY pool, unit_price_cents, currency`,
    `ALTER TABLE holds RENAME TO holds_by_id`,
    // States: 0 held, 1 sold, 2 released, 3 expired. An IN list in a CHECK would cost a hold more than a range does.
    `CREATE TABLE holds (
      sequence INTEGER PRIMARY KEY,
      hold_id TEXT NOT NULL,
      customer TEXT NOT NULL,
      quantity INTEGER NOT NULL CHECK (quantity > 0),
      offer INTEGER NOT NULL,
      created_at_ms INTEGER NOT NULL,
      expires_at_ms INTEGER NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
      ended_at_ms INTEGER,
      order_id TEXT,
      returned_quantity INTEGER NOT NULL DEFAULT 0 CHECK (returned_quantity BETWEEN 0 AND quantity),
      CHECK ((state = 0) = (ended_at_ms IS NULL)),
      CHECK (state = 1 OR returned_quantity = 0)
    ) STRICT`,
    `INSERT INTO holds (hold_id, customer, quantity, offer, created_at_ms, expires_at_ms, state, ended_at_ms,
        order_id, returned_quantity)
      SELECT hold_id, customer, quantity, offer, created_at_ms, expires_at_ms,
        CASE state WHEN 'held' THEN 0 WHEN 'sold' THEN 1 WHEN 'released' THEN 2 WHEN 'expired' THEN 3 END,
        ended_at_ms, order_id, returned_quantity
      FROM holds_by_id JOIN offers USING (pool, unit_price_cents, currency)
      ORDER BY created_at_ms, hold_id`,
    `DROP TABLE holds_by_id`,
  ],
  // Whether a hold's end was moved, which is done once.
  [`ALTER TABLE holds ADD COLUMN extended INTEGER NOT NULL DEFAULT 0 CHECK (extended BETWEEN 0 AND 1)`],
  // What shipping and taxes go by, as JSON.
  [`ALTER TABLE pools ADD COLUMN goods TEXT`],
]
