/** The arrival shard's tables. Migrations are append-only: one that was deployed is never edited. */
export const ARRIVAL_MIGRATIONS: readonly string[][] = [
  [
    // One row for each flush of an isolate: ids of 16 bytes, one after the other, as they came.
    `CREATE TABLE gathered (
      flush INTEGER PRIMARY KEY,
      ids BLOB NOT NULL CHECK (length(ids) > 0 AND length(ids) % 16 = 0)
    ) STRICT`,
    // At most one row: which generation was sealed, and the roots of its tree's blocks.
    `CREATE TABLE sealed (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      generation INTEGER NOT NULL,
      blocks BLOB NOT NULL CHECK (length(blocks) % 32 = 0)
    ) STRICT, WITHOUT ROWID`,
    // Sealed ids in their order, many in a row.
    `CREATE TABLE leaves (
      part INTEGER PRIMARY KEY,
      ids BLOB NOT NULL CHECK (length(ids) > 0 AND length(ids) % 16 = 0)
    ) STRICT`,
  ],
]
