/**
 * What befalls calls and deliveries. Every draw comes from the seed and from what it befalls: the call's name, its
 * idempotency key or the key its intent was made with, and how often that was tried. So a run that repeats under the same
 * seed meets the same faults, however its calls overtake each other.
 */
import { noFaults } from "./fault-settings.ts"
import type { CallName, Delay, FaultSettings } from "./fault-settings.ts"

/** How long an event that is to be overtaken is held back, in milliseconds. */
export const REORDER_HOLD_MS: [number, number] = [100, 1_500]
/** How long after the first copy a duplicate may come, in milliseconds. */
export const DUPLICATE_SPREAD_MS: [number, number] = [0, 500]

/** Things whose tries are counted, a million purchases' worth; beyond them counting starts anew. */
const COUNTED_MAX = 4_000_000

/** What one call is to a fault: its name, and what it is about, the same in every run. */
export interface FaultyCall {
  name: CallName
  subject: string
}

/** What befalls one call. */
export interface ApiFate {
  error429: boolean
  error500: boolean
  /** How the answer to finished work is lost: not at all, with the connection, behind a 500, or with the emulator. */
  afterSuccess: "answer" | "close" | "error500" | "crash"
  slowMs: number
}

/** One planned delivery of an event. A dropped one is only written down. */
export interface PlannedDelivery {
  delayMs: number
  dropped: boolean
}

export interface Faults {
  read(): FaultSettings
  /** Replaces all settings and starts counting tries anew. */
  replace(settings: FaultSettings): void
  /** Whether a call that comes now is beyond the rate. */
  beyondRate(nowMs: number): boolean
  /** `callOf` is asked only when something may befall it. */
  drawForCall(callOf: () => FaultyCall): ApiFate
  /** `subject` as that of a call, with the event's type. */
  drawForDelivery(subject: () => string): PlannedDelivery[]
}

/** Numbers in [0, 1) from a text (FNV-1a, then mulberry32): small, fast, and the same everywhere. */
export function randomOf(text: string): () => number {
  let state = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function wait(setting: Delay, draw: number): number {
  return typeof setting === "number" ? setting : Math.round(setting[0] + draw * (setting[1] - setting[0]))
}

const UNHARMED: ApiFate = { error429: false, error500: false, afterSuccess: "answer", slowMs: 0 }

function isQuiet({ api }: FaultSettings): boolean {
  const { failAfterSuccess, error429, error500, slowMs, crashAfter } = api
  return failAfterSuccess === 0 && error429 === 0 && error500 === 0 && slowMs === 0 && crashAfter.length === 0
}

function deliversPlainly({ webhooks }: FaultSettings): boolean {
  const { duplicate, reorder, drop, delayMs } = webhooks
  return duplicate === 0 && reorder === 0 && drop === 0 && delayMs === 0
}

function fateOf({ api }: FaultSettings, name: CallName, random: () => number): ApiFate {
  const [tooMany, broken, lost, how, slow] = [random(), random(), random(), random(), random()]
  const crash = api.crashAfter.includes(name)
  if (api.calls.length > 0 && !api.calls.includes(name))
    return crash ? { ...UNHARMED, afterSuccess: "crash" } : UNHARMED
  const losing = lost < api.failAfterSuccess ? (how < 0.5 ? "close" : "error500") : "answer"
  return {
    error429: tooMany < api.error429,
    error500: broken < api.error500,
    afterSuccess: crash ? "crash" : losing,
    slowMs: wait(api.slowMs, slow),
  }
}

function deliveriesOf({ webhooks }: FaultSettings, random: () => number): PlannedDelivery[] {
  const [dropped, twice, late, hold] = [random(), random(), random(), random()]
  const [delayed, spread] = [random(), random()]
  if (dropped < webhooks.drop) return [{ delayMs: 0, dropped: true }]
  const held = late < webhooks.reorder ? wait(REORDER_HOLD_MS, hold) : 0
  const first = { delayMs: held + wait(webhooks.delayMs, delayed), dropped: false }
  if (twice >= webhooks.duplicate) return [first]
  return [first, { delayMs: first.delayMs + wait(DUPLICATE_SPREAD_MS, spread), dropped: false }]
}

/** The live settings, and how often everything was tried since they were set. */
export function createFaults(): Faults {
  let settings = noFaults()
  const tries = new Map<string, number>()
  let tokens = { left: 0, atMs: 0 }

  function randomFor(what: string): () => number {
    const before = tries.get(what) ?? 0
    if (tries.size >= COUNTED_MAX) tries.clear()
    tries.set(what, before + 1)
    return randomOf(`${settings.seed} ${what} ${before}`)
  }

  return {
    read: () => settings,
    replace(next) {
      settings = next
      tries.clear()
      tokens = { left: next.api.requestsPerSecond ?? 0, atMs: 0 }
    },
    beyondRate(nowMs) {
      const rate = settings.api.requestsPerSecond
      if (rate === null) return false
      const refilled = tokens.left + (Math.max(0, nowMs - tokens.atMs) / 1000) * rate
      // A rate below one still lets one call through at a time.
      tokens = { left: Math.min(Math.max(1, rate), refilled), atMs: nowMs }
      if (tokens.left < 1) return true
      tokens.left -= 1
      return false
    },
    drawForCall(callOf) {
      if (isQuiet(settings)) return UNHARMED
      const { name, subject } = callOf()
      return fateOf(settings, name, randomFor(`${name} ${subject}`))
    },
    drawForDelivery(subject) {
      if (deliversPlainly(settings)) return [{ delayMs: 0, dropped: false }]
      return deliveriesOf(settings, randomFor(subject()))
    },
  }
}
