/** Faults on demand, as they are asked for. Settings last as long as the emulator is not stopped. */

/** What a call is called where faults are set. */
export const CALL_NAMES = [
  "create",
  "retrieve",
  "update",
  "confirm",
  "capture",
  "cancel",
  "refund",
  "list",
  "tax",
  "other",
] as const
export type CallName = (typeof CALL_NAMES)[number]

/** A wait in milliseconds: always the same, or drawn evenly from a range. */
export type Delay = number | [number, number]

export interface FaultSettings {
  webhooks: {
    /** Chance that an event is delivered twice. */
    duplicate: number
    /** Chance that an event is held back, so that later ones overtake it. */
    reorder: number
    /** Chance that an event is never delivered. */
    drop: number
    delayMs: Delay
  }
  api: {
    /** Chance that a call does its work and its caller never learns of it. */
    failAfterSuccess: number
    error429: number
    error500: number
    slowMs: Delay
    /** Every call is cut off. */
    down: boolean
    /** Calls answered a second; what comes beyond is answered 429. Null: no limit. */
    requestsPerSecond: number | null
    /** The calls that `failAfterSuccess`, `error429`, `error500` and `slowMs` befall; empty: all. */
    calls: CallName[]
    /** After the work of these calls is written the emulator dies with every connection, and comes back. */
    crashAfter: CallName[]
  }
  seed: number
}

/** The longest delay that may be asked for, in milliseconds: longer ones are better expressed as `drop` or `down`. */
export const MAX_DELAY_MS = 10 * 60 * 1000
/** The highest rate that may be asked for, far above what the emulator answers. */
export const MAX_REQUESTS_PER_SECOND = 100_000

/** No faults at all. */
export function noFaults(): FaultSettings {
  return {
    webhooks: { duplicate: 0, reorder: 0, drop: 0, delayMs: 0 },
    api: {
      failAfterSuccess: 0,
      error429: 0,
      error500: 0,
      slowMs: 0,
      down: false,
      requestsPerSecond: null,
      calls: [],
      crashAfter: [],
    },
    seed: 1,
  }
}

export type FaultReading =
  | { kind: "settings"; settings: FaultSettings }
  | { kind: "invalid"; field: string; message: string }

class InvalidField extends Error {
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

function object(value: unknown, field: string, known: readonly string[]): Record<string, unknown> {
  if (value === undefined) return {}
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidField(field, "must be an object")
  const prefix = field === "body" ? "" : `${field}.`
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new InvalidField(`${prefix}${key}`, `is unknown; known are ${known.join(", ")}`)
  }
  return value as Record<string, unknown>
}

function chance(value: unknown, field: string): number {
  if (value === undefined) return 0
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    throw new InvalidField(field, "must be a number from 0 to 1")
  return value
}

function milliseconds(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MAX_DELAY_MS
}

function delay(value: unknown, field: string): Delay {
  if (value === undefined) return 0
  if (milliseconds(value)) return value
  if (Array.isArray(value) && value.length === 2) {
    const [min, max] = value as unknown[]
    if (milliseconds(min) && milliseconds(max) && min <= max) return [min, max]
  }
  throw new InvalidField(field, `must be milliseconds from 0 to ${MAX_DELAY_MS}, or [min, max]`)
}

function rate(value: unknown, field: string): number | null {
  if (value === undefined || value === null) return null
  if (typeof value !== "number" || !(value > 0 && value <= MAX_REQUESTS_PER_SECOND))
    throw new InvalidField(field, `must be a number above 0 and at most ${MAX_REQUESTS_PER_SECOND}`)
  return value
}

function callNames(value: unknown, field: string): CallName[] {
  if (value === undefined) return []
  const known = (name: unknown): name is CallName => CALL_NAMES.some((call) => call === name)
  if (!Array.isArray(value) || !value.every(known))
    throw new InvalidField(field, `must be a list of ${CALL_NAMES.join(", ")}`)
  return value
}

function readSettings(body: unknown): FaultSettings {
  const top = object(body, "body", ["webhooks", "api", "seed"])
  const webhooks = object(top["webhooks"], "webhooks", ["duplicate", "reorder", "drop", "delayMs"])
  const api = object(top["api"], "api", Object.keys(noFaults().api))
  const seed = top["seed"] ?? 1
  if (typeof seed !== "number" || !Number.isSafeInteger(seed))
    throw new InvalidField("seed", "must be an integer")
  const down = api["down"] ?? false
  if (typeof down !== "boolean") throw new InvalidField("api.down", "must be true or false")
  return {
    webhooks: {
      duplicate: chance(webhooks["duplicate"], "webhooks.duplicate"),
      reorder: chance(webhooks["reorder"], "webhooks.reorder"),
      drop: chance(webhooks["drop"], "webhooks.drop"),
      delayMs: delay(webhooks["delayMs"], "webhooks.delayMs"),
    },
    api: {
      failAfterSuccess: chance(api["failAfterSuccess"], "api.failAfterSuccess"),
      error429: chance(api["error429"], "api.error429"),
      error500: chance(api["error500"], "api.error500"),
      slowMs: delay(api["slowMs"], "api.slowMs"),
      down,
      requestsPerSecond: rate(api["requestsPerSecond"], "api.requestsPerSecond"),
      calls: callNames(api["calls"], "api.calls"),
      crashAfter: callNames(api["crashAfter"], "api.crashAfter"),
    },
    seed,
  }
}

/** Reads the whole of the settings; what is left out is off. */
export function readFaults(body: unknown): FaultReading {
  try {
    return { kind: "settings", settings: readSettings(body) }
  } catch (error) {
    if (error instanceof InvalidField) return { kind: "invalid", field: error.field, message: error.message }
    throw error
  }
}
