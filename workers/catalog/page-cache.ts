import type { Context } from "hono"
import { isDatabaseAway } from "../../db/failures.ts"
import type { App } from "../http/app.ts"
import { ProblemError } from "../http/problem.ts"
import { ageOf } from "./page-age.ts"
import type { Entry, Freshness } from "./page-age.ts"

/**
 * A small copy of public pages' data per isolate, under Workers Cache. It holds answers, never promises: a request
 * that waits for another request's work hangs on this platform. Postgres sees one refresh per page, whatever the
 * crowd, and while it is away what was seen within a day is served.
 */

/** The least recently used entry goes beyond this many: a few kilobytes each. */
export const ENTRIES_MAX = 500

/** A refresh that has said nothing for this long died with its request; another one may start. */
const REFRESH_LIMIT_MS = 5_000

/** A cold page that somebody else is loading is looked for this often, and waited for this long. */
const COLD_POLL_MS = 20
const COLD_WAIT_MS = 1_500

/** Longest that a page waits for Postgres. */
const LOAD_LIMIT_MS = 4_000

/** After Postgres was found away it is left alone for this long. */
const AWAY_PAUSE_MS = 1_000

const entries = new Map<string, Entry>()
/** When the load of a key began. */
const loading = new Map<string, number>()
let generation = 0
let awayUntilMs = 0

/** Postgres did not answer in time. */
class LoadTimeout extends Error {
  override name = "LoadTimeout"
}

/**
 * The value of `key`: from memory while it is fresh, from memory and refreshed behind the answer while it is stale,
 * else loaded. Callers treat the value as read-only. Throws `temporarily_unavailable` when Postgres is away and
 * there is nothing to serve.
 */
export async function cached<T>(
  c: Context<App>,
  key: string,
  freshness: Freshness,
  load: () => Promise<T>,
): Promise<T> {
  const entry = recall(key)
  const age = ageOf(entry, { ...freshness, generation, nowMs: Date.now() })
  if (entry && age === "fresh") return entry.value as T
  if (entry && age === "stale") {
    if (mayLoad(key)) c.executionCtx.waitUntil(refresh(key, load))
    return entry.value as T
  }
  if (!mayLoad(key)) {
    const arrived = await waitForOther(key, freshness)
    if (arrived) return arrived.value as T
  }
  return loadNow(key, load, age === "last_resort" ? entry : undefined)
}

/** After a merchant's write: what is in memory was true before it, and serves only while Postgres is away. */
export function forget(): void {
  generation += 1
}

function recall(key: string): Entry | undefined {
  const entry = entries.get(key)
  if (!entry) return undefined
  entries.delete(key) // Last in is last out: a Map keeps the order of insertion.
  entries.set(key, entry)
  return entry
}

function remember(key: string, entry: Entry): void {
  entries.delete(key)
  entries.set(key, entry)
  for (const oldest of entries.keys()) {
    if (entries.size <= ENTRIES_MAX) break
    entries.delete(oldest)
  }
}

function mayLoad(key: string): boolean {
  const beganAtMs = loading.get(key)
  return beganAtMs === undefined || Date.now() - beganAtMs > REFRESH_LIMIT_MS
}

async function loadNow<T>(key: string, load: () => Promise<T>, lastResort: Entry | undefined): Promise<T> {
  try {
    if (Date.now() < awayUntilMs) throw new LoadTimeout()
    return await loadAndRemember(key, load)
  } catch (error) {
    if (!isAway(error)) throw error
    if (lastResort) return lastResort.value as T
    throw new ProblemError("temporarily_unavailable", {
      retryAfterSeconds: 2,
      detail: "The catalog's database does not answer.",
    })
  }
}

/** Runs behind an answer that was given already, so its failure is only told to the log. */
async function refresh<T>(key: string, load: () => Promise<T>): Promise<void> {
  if (Date.now() < awayUntilMs) return
  try {
    await loadAndRemember(key, load)
  } catch (error) {
    console.warn(JSON.stringify({ level: "warn", event: "page_refresh_failed", key, message: String(error) }))
  }
}

async function loadAndRemember<T>(key: string, load: () => Promise<T>): Promise<T> {
  const asOf = generation // A write while this loads makes what it brings outdated.
  loading.set(key, Date.now())
  try {
    const value = await withLimit(load())
    remember(key, { value, loadedAtMs: Date.now(), generation: asOf })
    return value
  } catch (error) {
    if (isAway(error)) awayUntilMs = Date.now() + AWAY_PAUSE_MS
    throw error
  } finally {
    loading.delete(key)
  }
}

async function waitForOther(key: string, freshness: Freshness): Promise<Entry | null> {
  const untilMs = Date.now() + COLD_WAIT_MS
  while (Date.now() < untilMs && loading.has(key)) {
    await new Promise((resolve) => setTimeout(resolve, COLD_POLL_MS))
    const entry = entries.get(key)
    const age = ageOf(entry, { ...freshness, generation, nowMs: Date.now() })
    if (entry && (age === "fresh" || age === "stale")) return entry
  }
  return null
}

async function withLimit<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new LoadTimeout(`no answer from Postgres in ${LOAD_LIMIT_MS} ms`)),
      LOAD_LIMIT_MS,
    )
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

function isAway(error: unknown): boolean {
  return error instanceof LoadTimeout || isDatabaseAway(error)
}
