import { DatabaseSync } from "node:sqlite"
import type { Sql, SqlAnswer, SqlValue } from "./sqlite.ts"

const NOTHING = () => []

/** SQLite in memory behind the objects' own interface, for tests and simulations on Node. */
export class MemorySql implements Sql {
  readonly database = new DatabaseSync(":memory:")
  private readonly statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>()

  exec<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): SqlAnswer<Row> {
    let prepared = this.statements.get(statement)
    if (!prepared) {
      prepared = this.database.prepare(statement)
      this.statements.set(statement, prepared)
    }
    if (!statement.startsWith("SELECT")) {
      const { changes } = prepared.run(...bindings)
      return { toArray: NOTHING, rowsWritten: Number(changes) }
    }
    const rows = prepared.all(...bindings) as Row[]
    return { toArray: () => rows, rowsWritten: 0 }
  }

  /** As an object's storage has it: all or nothing. */
  transactionSync<T>(closure: () => T): T {
    this.database.exec("SAVEPOINT attempt")
    try {
      const result = closure()
      this.database.exec("RELEASE attempt")
      return result
    } catch (error) {
      this.database.exec("ROLLBACK TO attempt; RELEASE attempt")
      throw error
    }
  }
}
