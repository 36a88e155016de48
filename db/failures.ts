/** What went wrong with a query, as far as the caller can do something about it. */
type QueryFailure =
  /** Postgres does not answer, is starting, stopping or full: nothing is wrong with the query. */
  | { kind: "away" }
  /** A constraint refused the rows. */
  | { kind: "refused"; constraint: string }
  | { kind: "broken" }

/** Connection exceptions, insufficient resources, operator intervention, system errors. */
const AWAY_CLASSES = new Set(["08", "53", "57", "58"])

/** `integrity_constraint_violation`: unique, foreign key, check, exclusion. */
const REFUSED_CLASS = "23"

/** Depth of `cause` that is looked at: Drizzle wraps the driver's error once, the driver the network's once. */
const CAUSE_DEPTH_MAX = 4

/** Reads Drizzle's or the driver's error. Anything that did not come from the driver is `broken`. */
export function failureOf(error: unknown): QueryFailure {
  const neon = neonErrorOf(error)
  return neon ? neonFailure(neon) : { kind: "broken" }
}

/** Two transactions waited for each other, and Postgres undid this one. The same once more may well succeed. */
export function isDeadlock(error: unknown): boolean {
  return neonErrorOf(error)?.code === "40P01"
}

export function isDatabaseAway(error: unknown): boolean {
  return failureOf(error).kind === "away"
}

/** The constraint that refused the rows, or null when it was something else. */
export function refusedBy(error: unknown): string | null {
  const failure = failureOf(error)
  return failure.kind === "refused" ? failure.constraint : null
}

type NeonError = Error & { code?: string; constraint?: string }

function neonErrorOf(error: unknown): NeonError | null {
  let current = error
  for (let depth = 0; depth < CAUSE_DEPTH_MAX && current instanceof Error; depth++) {
    if (current.name === "NeonDbError") return current
    current = current.cause
  }
  return null
}

function neonFailure({ code, constraint }: NeonError): QueryFailure {
  // Without a SQLSTATE it was the way to Postgres that failed, not Postgres.
  if (!code) return { kind: "away" }
  const sqlStateClass = code.slice(0, 2)
  if (AWAY_CLASSES.has(sqlStateClass)) return { kind: "away" }
  return sqlStateClass === REFUSED_CLASS
    ? { kind: "refused", constraint: constraint ?? "" }
    : { kind: "broken" }
}
