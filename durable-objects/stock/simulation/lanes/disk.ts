import { MemorySql } from "../../../memory-sql.ts"

/** An object's storage that knows what of it is durable: what was written since is lost with a crash. */
export class Disk {
  readonly sql = new MemorySql()

  constructor() {
    this.sql.database.exec("SAVEPOINT durable")
  }

  /** Everything written so far is durable. */
  keep(): void {
    this.sql.database.exec("RELEASE durable; SAVEPOINT durable")
  }

  /** Everything since is lost. */
  lose(): void {
    this.sql.database.exec("ROLLBACK TO durable")
  }
}
