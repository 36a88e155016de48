/**
 * - `port_taken`: another program listens on the port.
 * - `binary_missing`: the PostgreSQL binaries are not installed, or do not run on this machine.
 * - `data_corrupt`: the data folder exists and cannot be read; only a reset helps.
 * - `start_failed`: everything else; the message carries the server's own last word.
 */
export type LocalPostgresErrorCode = "port_taken" | "binary_missing" | "data_corrupt" | "start_failed"

/** A refusal to start or reset the local database. The message is one line that says what to do. */
export class LocalPostgresError extends Error {
  override readonly name = "LocalPostgresError"
  readonly code: LocalPostgresErrorCode

  constructor(code: LocalPostgresErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
