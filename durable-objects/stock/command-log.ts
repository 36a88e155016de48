import type { Sql } from "../sqlite.ts"

/** Commands that were carried out, by id: the same one again has no second effect, another one under its id is refused. */
export class CommandLog {
  private readonly sql: Sql

  constructor(sql: Sql) {
    this.sql = sql
  }

  seen(id: string, content: string): "new" | "same" | "other" {
    const [row] = this.sql
      .exec<{ content: string }>(`SELECT content FROM commands WHERE id = ?`, id)
      .toArray()
    if (!row) return "new"
    return row.content === content ? "same" : "other"
  }

  record(id: string, content: string, nowMs: number): void {
    this.sql.exec(`INSERT INTO commands (id, content, at_ms) VALUES (?, ?, ?)`, id, content, nowMs)
  }
}
