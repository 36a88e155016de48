/**
 * The one thing an object's books need of a database: run a statement, get rows. An object hands in its storage's
 * SQL, a unit test SQLite in memory.
 */
export interface Sql {
  exec<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): SqlAnswer<Row>
}

export interface SqlAnswer<Row> {
  toArray(): Row[]
  /** Rows that the statement has written, index entries included. */
  readonly rowsWritten: number
}

export type SqlValue = string | number | null

/**
 * Brings an object's database to its newest schema. The list is append-only: a migration that was deployed is never
 * edited. Runs inside one storage transaction, so that a crash half way leaves nothing.
 */
export function applyMigrations(sql: Sql, migrations: readonly (readonly string[])[]): void {
  sql.exec(`CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY) STRICT`)
  const [row] = sql.exec<{ done: number }>(`SELECT count(*) AS done FROM migrations`).toArray()
  for (let id = row?.done ?? 0; id < migrations.length; id++) {
    for (const statement of migrations[id] ?? []) sql.exec(statement)
    sql.exec(`INSERT INTO migrations (id) VALUES (?)`, id)
  }
}

/** False for a database in which no migration was ever applied. */
export function hasMigrations(sql: Sql): boolean {
  return sql.exec(`SELECT 1 AS found FROM sqlite_master WHERE name = 'migrations'`).toArray().length > 0
}
