import { HOLD_PAGE_MAX } from "../contract.ts"
import type { HoldRecord, PoolCounts, PoolId, StockCounts } from "../contract.ts"
import type { BookedHold } from "./books.ts"
import type { Answer, Command, LedgerLike } from "./commands.ts"
import { Rules } from "./rules.ts"
import type { BookedCounts } from "./rules.ts"

/** The ledger and the auditor's books differ. */
export class AuditFailure extends Error {
  override name = "AuditFailure"
  readonly finding: { about: string; ledgerSays: unknown; booksSay: unknown }

  constructor(finding: { about: string; ledgerSays: unknown; booksSay: unknown }) {
    const { about, ledgerSays, booksSay } = finding
    super(`${about}\n  the ledger says ${show(ledgerSays)}\n  the books say   ${show(booksSay)}`)
    this.finding = finding
  }
}

/** What of one purchase is in Postgres: its hold, and its late sale if it has one. */
type Archived = Omit<Extract<Command, { kind: "forget" }>, "kind">

/** Most records that a differing page shows of either side. */
const SHOWN_LENGTH_MAX = 2_000

/**
 * Keeps independent books of one SKU. It is told every command that took effect and what was answered, and judges the
 * answer; it compares the ledger's counts and records with its books; and it knows no more than the contract.
 */
export class Auditor {
  private readonly rules = new Rules()
  private seen: StockCounts | null = null
  private told: StockCounts | null = null

  judge(command: Command, answer: Answer, nowMs: number): void {
    const expected = this.rules.decide(command, nowMs)
    const difference = differs(expected, answer)
    if (difference) throw new AuditFailure({ about: difference, ledgerSays: answer, booksSay: expected })
  }

  /** The ledger's counts are the books', and their version moves with every change. */
  checkCounts(ledger: LedgerLike): void {
    const counts = ledger.counts()
    checkSums(counts)
    const booked = this.rules.counts()
    const difference = countsDiffer(booked, counts)
    if (difference) throw new AuditFailure({ about: difference, ledgerSays: counts, booksSay: booked })
    if (this.seen) checkVersion("seen", this.seen, counts)
    this.seen = counts
  }

  /** P5: at a time that something was decided at, no hold is held beyond its end. */
  checkExpiry(ledger: LedgerLike, nowMs: number): void {
    const earliest = ledger.earliestExpiryMs
    if (earliest === null || earliest > nowMs) return
    // It may be the time of a hold that ended otherwise; then nothing more ends now.
    const ghosts = ledger.expireDue(nowMs)
    if (ghosts > 0) throw new AuditFailure({ about: "ghost holds", ledgerSays: ghosts, booksSay: 0 })
  }

  /** What Postgres is told keeps its version through crashes: of two tellings the newer always wins. */
  checkTelling(ledger: LedgerLike): void {
    const counts = ledger.tellCounts()
    if (this.told) checkVersion("told", this.told, counts)
    // An older acknowledgement that comes late takes nothing back.
    if (this.told && counts.version > this.told.version) {
      ledger.acknowledge(this.told.version)
      this.checkNews(ledger, true)
    }
    this.told = counts
  }

  /** Postgres has what it was told last: then there is news only when something has changed since. */
  checkAcknowledging(ledger: LedgerLike): void {
    if (!this.told) return
    const { told } = this
    ledger.acknowledge(told.version)
    const counts = ledger.counts()
    if (countsDiffer(inUse(told), inUse(counts))) this.checkNews(ledger, true)
    if (counts.version === told.version) this.checkNews(ledger, false)
  }

  /** Walks over all that may move to Postgres, and says what of each purchase may be forgotten together. */
  checkArchivable(ledger: LedgerLike, cutoffMs: number): Archived[] {
    const { books } = this.rules
    const found = new Map<string, Archived>()
    for (let after: number | null = 0; after !== null;) {
      const { holds, nextSequence }: ReturnType<LedgerLike["archivable"]> = ledger.archivable(after, cutoffMs)
      for (const record of holds) this.addArchivable(found, record, cutoffMs)
      after = nextSequence
    }
    for (const hold of books.holds.values()) {
      const hasEnded = hold.endedAtMs !== null && hold.endedAtMs < cutoffMs
      if (hasEnded && this.rules.mayBeForgotten(hold) && !found.has(hold.holdId))
        throw new AuditFailure({ about: "the archive lacks a hold", ledgerSays: null, booksSay: hold })
    }
    return [...found.values()]
  }

  /** A new ledger over the same tables may count its versions anew, as long as what it tells never falls. */
  noticeRestart(): void {
    this.seen = null
    this.rules.books.forgetClaims()
  }

  checkHold(ledger: LedgerLike, holdId: string): void {
    const found = ledger.findHold(holdId)
    const booked = this.rules.books.holds.get(holdId)
    if (!booked && !found) return
    if (!booked || !found || !matches(booked, found))
      throw new AuditFailure({ about: `hold ${holdId}`, ledgerSays: found, booksSay: booked ?? null })
  }

  /** Reads all of a pool's holds, page by page, and finds each of them in the books and each of the books' among them. */
  checkPages(ledger: LedgerLike, pageSize: number = HOLD_PAGE_MAX): void {
    this.rules.books.recount()
    for (const pool of this.rules.books.pools.keys()) this.checkPool(ledger, pool, pageSize)
  }

  /** An id may hold again after it was forgotten: nothing is said of a hold that runs. */
  withoutRunning(command: Archived): Archived {
    const { holds } = this.rules.books
    const stay = command.holdIds.filter((holdId) => holds.get(holdId)?.state === "held")
    return {
      holdIds: command.holdIds.filter((holdId) => !stay.includes(holdId)),
      booked: command.booked.filter(({ holdId, isLateSale }) => isLateSale || !stay.includes(holdId)),
    }
  }

  private addArchivable(found: Map<string, Archived>, record: HoldRecord, cutoffMs: number): void {
    const { books } = this.rules
    const hold = books.holds.get(record.holdId)
    const booked = hold ?? books.retakes.find((sale) => matches(sale, record))
    const isDue = record.endedAtMs !== null && record.endedAtMs < cutoffMs
    if (!booked || !isDue || !matches(booked, record) || !this.rules.mayBeForgotten(booked))
      throw new AuditFailure({ about: "the archive", ledgerSays: record, booksSay: booked ?? null })
    const { holdId } = booked
    const together = found.get(holdId)
    const part = { holdId, isLateSale: !hold }
    if (together) {
      together.holdIds.push(record.holdId)
      together.booked.push(part)
    } else if (hold || books.orphans.has(holdId))
      // A late sale never goes before its hold, which would be sold late once more.
      found.set(holdId, { holdIds: [record.holdId], booked: [part] })
  }

  private checkNews(ledger: LedgerLike, expected: boolean): void {
    if (ledger.hasNews !== expected)
      throw new AuditFailure({ about: "news", ledgerSays: ledger.hasNews, booksSay: expected })
  }

  private checkPool(ledger: LedgerLike, pool: PoolId, pageSize: number): void {
    const { books } = this.rules
    const missing = new Set([...books.holds.values()].filter((hold) => hold.pool === pool))
    const lateSales = books.retakes.filter((hold) => hold.pool === pool)
    let after = 0
    for (;;) {
      const page = ledger.holdsPage(pool, after, pageSize)
      for (const record of page) {
        if (record.sequence <= after)
          throw new AuditFailure({
            about: "the order of a page",
            ledgerSays: record.sequence,
            booksSay: after,
          })
        after = record.sequence
        const booked = books.holds.get(record.holdId) ?? takeMatching(lateSales, record)
        if (!booked || !matches(booked, asWrittenDown(booked, record)))
          throw new AuditFailure({ about: `a page of ${pool}`, ledgerSays: record, booksSay: booked ?? null })
        missing.delete(booked)
      }
      if (page.length < pageSize) break
    }
    const [first] = [...missing, ...lateSales]
    if (first)
      throw new AuditFailure({ about: `the pages of ${pool} lack a hold`, ledgerSays: null, booksSay: first })
  }
}

/** P1 by the ledger's own numbers, which needs no books: at any moment, also in the middle of a transaction. */
export function checkSums(counts: StockCounts): void {
  checkBalance("the SKU", counts)
  const total = { received: 0, available: 0, held: 0, sold: 0 }
  for (const pool of counts.pools) {
    checkBalance(pool.pool, pool)
    total.received += pool.received
    total.available += pool.available
    total.held += pool.held
    total.sold += pool.sold
  }
  const difference = sumsDiffer(total, counts)
  if (difference) throw new AuditFailure({ about: difference, ledgerSays: counts, booksSay: total })
}

function checkBalance(about: string, counts: Sums): void {
  const { received, available, held, sold } = counts
  if (available + held + sold !== received || Math.min(received, available, held, sold) < 0)
    throw new AuditFailure({ about: `P1 of ${about}`, ledgerSays: counts, booksSay: "they balance" })
}

function checkVersion(verb: string, earlier: StockCounts, now: StockCounts): void {
  const changed = now.version === earlier.version && countsDiffer(inUse(earlier), inUse(now)) !== null
  if (now.version < earlier.version || changed)
    throw new AuditFailure({
      about: `the version ${verb} of changed counts`,
      ledgerSays: now,
      booksSay: earlier,
    })
}

/** A pool that only has terms so far is no news: no unit was ever there. */
function inUse(counts: StockCounts): BookedCounts {
  return { ...counts, pools: counts.pools.filter((pool) => pool.received > 0 || pool.state !== "active") }
}

/** The contract says nothing of a late sale's own id and expiry, nor whether an end is written at its time or when seen. */
function matches(booked: BookedHold, record: HoldRecord): boolean {
  const known = ["pool", "customer", "quantity", "unitPriceCents", "currency", "state", "orderId"] as const
  if (known.some((field) => booked[field] !== record[field])) return false
  if (record.returnedQuantity !== booked.returned) return false
  if (booked.createdAtMs !== record.createdAtMs) return false
  if (booked.endedAtMs === null) return record.endedAtMs === null && booked.expiresAtMs === record.expiresAtMs
  if (record.endedAtMs === null) return false
  return booked.state === "expired"
    ? booked.expiresAtMs <= record.endedAtMs && record.endedAtMs <= booked.endedAtMs
    : booked.endedAtMs === record.endedAtMs
}

/** A claim is remembered, not written down, so a page that comes from the tables has none on a hold that runs. */
function asWrittenDown(booked: BookedHold, record: HoldRecord): HoldRecord {
  return record.state === "held" && record.orderId === null ? { ...record, orderId: booked.orderId } : record
}

function takeMatching(lateSales: BookedHold[], record: HoldRecord): BookedHold | undefined {
  const at = lateSales.findIndex((sale) => matches(sale, record))
  return at === -1 ? undefined : lateSales.splice(at, 1)[0]
}

/**
 * The first thing expected that is not there, by name; null when all is as expected. What is there beyond what was
 * expected, such as the version, is not looked at.
 */
function differs(expected: unknown, found: unknown, name = "the answer"): string | null {
  if (Object.is(expected, found)) return null
  if (typeof expected !== "object" || typeof found !== "object" || !expected || !found) return name
  for (const [field, value] of Object.entries(expected)) {
    const known = (found as Record<string, unknown>)[field]
    const difference =
      field === "counts"
        ? countsDiffer(value as BookedCounts, known as StockCounts)
        : differs(value, known, field)
    if (difference) return difference
  }
  return null
}

type Sums = Pick<PoolCounts, "received" | "available" | "held" | "sold">

function sumsDiffer(expected: Sums, found: Sums): string | null {
  if (expected.received !== found.received) return "received"
  if (expected.available !== found.available) return "available"
  if (expected.held !== found.held) return "held"
  return expected.sold === found.sold ? null : "sold"
}

/** Pools may come in any order. */
function countsDiffer(expected: BookedCounts, found: BookedCounts): string | null {
  const difference = sumsDiffer(expected, found)
  if (difference) return difference
  if (expected.pools.length !== found.pools.length) return "the number of pools"
  for (const pool of expected.pools) {
    const other = found.pools.find((candidate) => candidate.pool === pool.pool)
    if (!other) return `no pool ${pool.pool}`
    const differing = sumsDiffer(pool, other)
    if (differing) return `${differing} of ${pool.pool}`
    if (pool.state !== other.state) return `the state of ${pool.pool}`
    if (pool.archivedSold !== other.archivedSold) return `archivedSold of ${pool.pool}`
  }
  return null
}

function show(said: unknown): string {
  return (JSON.stringify(said) ?? "nothing").slice(0, SHOWN_LENGTH_MAX)
}
