/** The shop's rules. Migrations are append-only: one that was deployed is never edited. */
export const PRICE_MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE rules (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      version INTEGER NOT NULL,
      shipping TEXT NOT NULL,
      taxes TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE coupons (code TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`,
  ],
]
