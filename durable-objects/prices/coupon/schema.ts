/** A coupon's tables. Migrations are append-only: one that was deployed is never edited. */
export const COUPON_MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE coupon (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      terms TEXT NOT NULL,
      removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
    ) STRICT`,
    `CREATE TABLE uses (
      use_id TEXT PRIMARY KEY,
      customer TEXT,
      state TEXT NOT NULL CHECK (state IN ('counted', 'given_back')),
      CHECK (state = 'given_back' OR customer IS NOT NULL)
    ) STRICT, WITHOUT ROWID`,
    `CREATE INDEX uses_customer ON uses (customer) WHERE state = 'counted'`,
  ],
  // A limit that was lowered leaves more uses than it allows; one that was not kept has a use that is younger than itself.
  [
    `ALTER TABLE coupon ADD COLUMN terms_changed_at_ms INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE uses ADD COLUMN counted_at_ms INTEGER NOT NULL DEFAULT 0`,
  ],
]
