import { LocalPostgresError } from "./local-postgres-error.ts"

/** What a start knows when its server ends before it is ready. */
interface FailedStart {
  port: number
  dataDir: string
  logPath: string
  /** The server's output since this start began. */
  output: string
}

/** An error to throw, or "retry": processes of a killed server still leave, and the next attempt succeeds. */
type StartVerdict = LocalPostgresError | "retry"

/** The machine's fault and not the data's, whichever file the line names. */
const ENVIRONMENT =
  /No space left|Permission denied|Too many open files|Read-only file|out of memory|shared memory|semaphore/i

/** The ways in which the server words that its folder is damaged. Matched against FATAL and PANIC lines. */
const DAMAGE: readonly RegExp[] = [
  /control file|pg_control|checkpoint record|WAL|write-ahead log/,
  /not a valid data directory|incompatible with server|configuration file|PG_VERSION/,
  /could not (open|read|stat|access|find)\b.* (file|directory)/,
  /invalid page|checksum|relation mapping|cache lookup failed|is missing/,
  /startup process .* was terminated by signal|could not load .*pg_hba/,
]

/** Decides why the server ended, in this order: port, shared memory still held, the machine, damage, unknown. */
export function explainStartFailure(start: FailedStart): StartVerdict {
  const { output } = start
  if (/could not bind .*: Address (already )?in use|could not create any TCP\/IP sockets/.test(output)) {
    return portTaken(start.port, "POSTGRES_PORT")
  }
  if (/pre-existing shared memory block/.test(output)) return "retry"
  const line = findLastWord(output)
  if (!ENVIRONMENT.test(line) && DAMAGE.some((pattern) => pattern.test(line))) {
    return dataCorrupt(start.dataDir, line)
  }
  return new LocalPostgresError(
    "start_failed",
    `PostgreSQL did not start: ${line} The whole log is ${start.logPath}.`,
  )
}

/** What clients that come too early are told. It says nothing about the server, and our own probes cause it. */
const TO_CLIENTS = /FATAL: +(the database system is |database ".*" does not exist)/

/** The last FATAL or PANIC line, else the last line at all, without its timestamp and pid, ended by a stop. */
export function findLastWord(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !TO_CLIENTS.test(line))
  const line = lines.findLast((text) => /\b(FATAL|PANIC):/.test(text)) ?? lines.at(-1) ?? "it wrote nothing"
  const words = line.replace(/^.*?\b(FATAL|PANIC): */, "$1: ").trim()
  return /[.!?]$/.test(words) ? words : `${words}.`
}

/** Also used by the SQL-over-HTTP server: `setting` is the variable that moves the port. */
export function portTaken(port: number, setting: string): LocalPostgresError {
  return new LocalPostgresError(
    "port_taken",
    `Port ${port} is taken by another program. Stop it, or set ${setting} to a free port.`,
  )
}

/** `reason` is a full sentence: the server's last word, or what the folder itself shows. */
export function dataCorrupt(dataDir: string, reason: string): LocalPostgresError {
  return new LocalPostgresError(
    "data_corrupt",
    `The Postgres data in ${dataDir} can't be read: ${reason} Run npm run reset to start afresh (this deletes local data), or put back a copy of the folder.`,
  )
}
