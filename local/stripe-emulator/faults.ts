/**
 * Faults on demand. Every draw comes from one seeded generator in the order in which requests arrive and events
 * happen, so the same run under the same seed meets the same faults. Settings last as long as the process.
 */

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
  }
  seed: number
}

/** The longest delay that may be asked for, in milliseconds: longer ones are better expressed as `drop` or `down`. */
export const MAX_DELAY_MS = 10 * 60 * 1000
/** How long an event that is to be overtaken is held back, in milliseconds. */
export const REORDER_HOLD_MS: [number, number] = [100, 1_500]
/** How long after the first copy a duplicate may come, in milliseconds. */
export const DUPLICATE_SPREAD_MS: [number, number] = [0, 500]

/** No faults at all. */
export function noFaults(): FaultSettings {
  return {
    webhooks: { duplicate: 0, reorder: 0, drop: 0, delayMs: 0 },
    api: { failAfterSuccess: 0, error429: 0, error500: 0, slowMs: 0, down: false },
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

function readSettings(body: unknown): FaultSettings {
  const top = object(body, "body", ["webhooks", "api", "seed"])
  const webhooks = object(top["webhooks"], "webhooks", ["duplicate", "reorder", "drop", "delayMs"])
  const api = object(top["api"], "api", ["failAfterSuccess", "error429", "error500", "slowMs", "down"])
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

/** Numbers in [0, 1) from a seed (mulberry32): small, fast, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What befalls one call. */
export interface ApiFate {
  down: boolean
  error429: boolean
  error500: boolean
  /** How the answer to finished work is lost: not at all, with the connection, or behind a 500. */
  afterSuccess: "answer" | "close" | "error500"
  slowMs: number
}

/** One planned delivery of an event. A dropped one is only written down. */
export interface PlannedDelivery {
  delayMs: number
  dropped: boolean
}

export interface Faults {
  read(): FaultSettings
  /** Replaces all settings and starts the generator anew from their seed. */
  replace(settings: FaultSettings): void
  drawForCall(): ApiFate
  drawForDelivery(): PlannedDelivery[]
}

function wait(setting: Delay, draw: number): number {
  return typeof setting === "number" ? setting : Math.round(setting[0] + draw * (setting[1] - setting[0]))
}

/** The live settings and their generator. Each call and each delivery uses a fixed number of draws. */
export function createFaults(): Faults {
  let settings = noFaults()
  let random = seededRandom(settings.seed)
  return {
    read: () => settings,
    replace(next) {
      settings = next
      random = seededRandom(next.seed)
    },
    drawForCall() {
      const { api } = settings
      const [tooMany, broken, lost, how, slow] = [random(), random(), random(), random(), random()]
      return {
        down: api.down,
        error429: tooMany < api.error429,
        error500: broken < api.error500,
        afterSuccess: lost >= api.failAfterSuccess ? "answer" : how < 0.5 ? "close" : "error500",
        slowMs: wait(api.slowMs, slow),
      }
    },
    drawForDelivery() {
      const { webhooks } = settings
      const [dropped, twice, late, hold, delayed, spread] = [
        random(),
        random(),
        random(),
        random(),
        random(),
        random(),
      ]
      if (dropped < webhooks.drop) return [{ delayMs: 0, dropped: true }]
      const held = late < webhooks.reorder ? wait(REORDER_HOLD_MS, hold) : 0
      const first = { delayMs: held + wait(webhooks.delayMs, delayed), dropped: false }
      if (twice >= webhooks.duplicate) return [first]
      return [first, { delayMs: first.delayMs + wait(DUPLICATE_SPREAD_MS, spread), dropped: false }]
    },
  }
}
