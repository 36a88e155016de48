import { MemorySql } from "../../memory-sql.ts"
import { applyMigrations } from "../../sqlite.ts"
import type { Sql } from "../../sqlite.ts"
import { Ledger } from "../ledger.ts"
import { STOCK_MIGRATIONS } from "../schema.ts"
import { AuditFailure, Auditor, checkSums } from "./auditor.ts"
import { ask } from "./commands.ts"
import type { Answer, Command, LedgerLike } from "./commands.ts"
import { Chance } from "./random.ts"
import { Traffic } from "./traffic.ts"

/** Steps in the life of one ledger: then a new one begins, with other habits around it. */
const LIFE_STEPS_MAX = 25_000
/** A message that is late is late by this many steps at most. */
const DELAY_STEPS_MAX = 3_000
const START_MS = 1_000_000

export type OpenLedger = (sql: Sql) => LedgerLike

export interface SimulationOptions {
  seed: number
  steps: number
  /** A broken ledger in the auditor's own test. */
  openLedger?: OpenLedger
  onStep?: (step: number) => void
}

/** What a run met, to show that it was no idle one. */
export type Tally = Record<string, number>

/** Names all that is needed to see the failure again. */
export class SimulationFailure extends Error {
  override name = "SimulationFailure"

  constructor(where: { seed: number; step: number; nowMs: number; command: Command | null }, cause: unknown) {
    const { seed, step, nowMs, command } = where
    const said =
      cause instanceof AuditFailure ? cause.message : String(cause instanceof Error ? cause.stack : cause)
    super(`seed ${seed}, step ${step}, at ${nowMs} ms, command ${JSON.stringify(command)}\n  ${said}`, {
      cause,
    })
  }
}

/** Thrown on purpose behind the last command of a batch: what the batch wrote is rolled back. */
class PlannedCrash extends Error {}

/** Runs seeded steps against ledgers, one life after another; throws `SimulationFailure` at the first difference. */
export function simulate(options: SimulationOptions): Tally {
  const chance = new Chance(options.seed)
  const tally: Tally = {}
  let step = 0
  while (step < options.steps) {
    const life = new Life(new Chance(chance.fork()), options.openLedger ?? ((sql) => new Ledger(sql)), tally)
    const lastStep = Math.min(options.steps, step + chance.between(LIFE_STEPS_MAX / 5, LIFE_STEPS_MAX))
    try {
      life.open()
      while (step < lastStep) {
        life.step()
        step++
        options.onStep?.(step)
      }
      life.close()
    } catch (error) {
      throw new SimulationFailure(
        { seed: options.seed, step, nowMs: life.nowMs, command: life.latest },
        error,
      )
    }
  }
  return tally
}

/** One ledger from its first receipt on, with all that befalls it. */
class Life {
  nowMs = START_MS
  latest: Command | null = null
  private stepsDone = 0
  private readonly chance: Chance
  private readonly sql = new MemorySql()
  private readonly openLedger: OpenLedger
  private readonly auditor = new Auditor()
  private readonly traffic: Traffic
  private readonly late = new Map<number, Command[]>()
  private readonly tally: Tally
  private readonly alarmReliability: number
  private readonly troubleRate: number
  private ledger: LedgerLike

  constructor(chance: Chance, openLedger: OpenLedger, tally: Tally) {
    this.chance = chance
    this.tally = tally
    this.openLedger = openLedger
    this.traffic = new Traffic(new Chance(chance.fork()))
    this.alarmReliability = chance.pick([0, 0.5, 1])
    this.troubleRate = chance.pick([0, 0.01, 0.1])
    applyMigrations(this.sql, STOCK_MIGRATIONS)
    this.ledger = openLedger(this.sql)
  }

  open(): void {
    // Nothing is lost yet: what comes after needs a pool to be there.
    for (const command of this.traffic.opening(this.nowMs)) this.commit([command], false)
  }

  step(): void {
    this.stepsDone++
    this.moveClock()
    if (this.chance.hits(this.troubleRate / 20)) this.restart()
    this.commit(this.batch())
    if (this.chance.hits(0.0002)) this.auditor.checkPages(this.ledger, this.chance.pick([3, 100, 1_000]))
    if (this.chance.hits(0.002)) this.auditor.checkTelling(this.ledger)
    if (this.chance.hits(0.002)) this.auditor.checkAcknowledging(this.ledger)
    if (this.chance.hits(0.0005)) this.archive()
  }

  close(): void {
    this.auditor.checkPages(this.ledger)
    this.restart()
    this.auditor.checkCounts(this.ledger)
    this.auditor.checkPages(this.ledger)
  }

  /** Mostly by moments, at times by minutes, and at times to the very millisecond at which a hold ends, or one before. */
  private moveClock(): void {
    const earliest = this.ledger.earliestExpiryMs ?? this.nowMs
    const jump = this.chance.next()
    let target = this.nowMs + this.chance.between(0, 20)
    if (jump < 0.005) target = Math.max(this.nowMs, earliest - this.chance.between(0, 1))
    else if (jump < 0.01) target = this.nowMs + this.chance.between(0, 5_000)
    else if (jump < 0.0105) target = this.nowMs + this.chance.between(0, 900_000)
    this.ringAlarms(target)
    this.nowMs = target
  }

  /** The alarm is set to the earliest end. It comes on time, late, twice, or never. */
  private ringAlarms(untilMs: number): void {
    for (;;) {
      const earliest = this.ledger.earliestExpiryMs
      if (earliest === null || earliest > untilMs || !this.chance.hits(this.alarmReliability)) return
      const late = this.chance.hits(0.3) ? this.chance.between(0, untilMs - earliest) : 0
      this.nowMs = Math.max(this.nowMs, earliest) + Math.min(late, untilMs - Math.max(this.nowMs, earliest))
      this.commit([{ kind: "expire" }])
      if (this.chance.hits(0.1)) this.commit([{ kind: "expire" }])
    }
  }

  /** Postgres says at some later time that it has the ended holds, or some of them; at times twice. */
  private archive(): void {
    const cutoffMs = this.nowMs - this.chance.pick([0, 10_000, 300_000])
    const sent = this.auditor.checkArchivable(this.ledger, cutoffMs).filter(() => this.chance.hits(0.8))
    const holdIds = sent.flatMap((purchase) => purchase.holdIds)
    const booked = sent.flatMap((purchase) => purchase.booked)
    for (let times = this.chance.pick([0, 1, 1, 2]); times > 0; times--)
      this.sendLater({ kind: "forget", holdIds, booked })
  }

  /** As an eviction does: memory is gone, the tables stay. */
  private restart(): void {
    this.count("restarts")
    this.ledger = this.openLedger(this.sql)
    this.auditor.noticeRestart()
  }

  private batch(): Command[] {
    const size = this.chance.hits(0.95) ? 1 : this.chance.between(2, 12)
    const batch = Array.from({ length: size }, () => this.nextCommand())
    // What Postgres says comes by itself.
    const forget = batch.find((command) => command.kind === "forget")
    if (!forget) return batch
    for (const command of batch) if (command !== forget) this.sendLater(command)
    return [{ kind: "forget", ...this.auditor.withoutRunning(forget) }]
  }

  /** What arrives now: something that was under way, or something new, which may be sent to arrive later or twice. */
  private nextCommand(): Command {
    const arrived = this.late.get(this.stepsDone)?.pop()
    if (arrived) return arrived
    const command = this.traffic.next(this.nowMs)
    if (this.chance.hits(0.04)) this.sendLater(command)
    if (!this.chance.hits(0.04)) return command
    this.sendLater(command)
    return this.traffic.next(this.nowMs)
  }

  private sendLater(command: Command): void {
    this.count("late or repeated")
    const delay = this.chance.between(1, this.chance.pick([3, 100, DELAY_STEPS_MAX]))
    const step = this.stepsDone + delay
    this.late.set(step, [...(this.late.get(step) ?? []), command])
  }

  /** Decides a batch in one transaction, as group commit does; the auditor hears of it when it can't be undone. */
  private commit(batch: readonly Command[], mayCrash = true): void {
    const crashes = mayCrash && this.chance.hits(this.troubleRate / 5)
    const answers: Answer[] = []
    try {
      this.sql.transactionSync(() => {
        for (const command of batch) {
          this.latest = command
          answers.push(ask(this.ledger, command, this.nowMs))
          if (batch.length > 1) checkSums(this.ledger.counts())
        }
        if (crashes) throw new PlannedCrash("rolled back on purpose")
      })
    } catch (error) {
      if (!(error instanceof PlannedCrash)) throw error
      this.recover(batch)
      return
    }
    for (const [index, command] of batch.entries()) this.judge(command, answers[index] ?? null)
    this.auditor.checkCounts(this.ledger)
    if (batch.some(comesWithTime)) this.auditor.checkExpiry(this.ledger, this.nowMs)
    const touched = this.chance.pick(batch)
    if ("holdId" in touched && this.chance.hits(0.1)) this.auditor.checkHold(this.ledger, touched.holdId)
  }

  private judge(command: Command, answer: Answer): void {
    this.latest = command
    this.auditor.judge(command, answer, this.nowMs)
    this.count(`${command.kind} ${answerName(answer)}`)
    // Who gets no answer asks again.
    if (this.chance.hits(0.02)) this.sendLater(command)
    else this.traffic.learn(command, answer)
  }

  private recover(batch: readonly Command[]): void {
    this.count("rollbacks")
    if (this.chance.hits(0.7)) this.ledger.reload()
    else this.ledger = this.openLedger(this.sql)
    this.auditor.noticeRestart()
    for (const command of batch) if (this.chance.hits(0.5)) this.sendLater(command)
    this.auditor.checkCounts(this.ledger)
  }

  private count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1
  }
}

/** What changes terms or states, or undoes a sale, comes without a time, so it ends no hold. */
function comesWithTime({ kind }: Command): boolean {
  return (
    kind !== "return" &&
    kind !== "undo" &&
    kind !== "forget" &&
    kind !== "poolState" &&
    kind !== "openTerms" &&
    kind !== "saleTerms"
  )
}

function answerName(answer: Answer): string {
  if (answer === null || typeof answer === "number") return "done"
  if (answer.outcome === "refused") return answer.refusal
  return "replayed" in answer && answer.replayed ? `${answer.outcome} again` : answer.outcome
}
