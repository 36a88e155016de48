import type {
  AllotCommand,
  AllotOutcome,
  ClaimOutcome,
  ExtendOutcome,
  HoldCommand,
  HoldOutcome,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
} from "../../contract.ts"
import type { HoldLedger } from "../../hold-ledger.ts"
import type { Ledger } from "../../ledger.ts"
import type { LaneGrant, LaneReport, LeaseAnswer } from "../../lease/contract.ts"
import type { LaneLedger } from "../../lease/lane-ledger.ts"

/** What a ledger decided, in the order in which it did. Null: it left the decision open. */
type Decided =
  | { kind: "hold"; command: HoldCommand; outcome: HoldOutcome | null }
  | { kind: "undo"; holdId: string; customer: string }
  | { kind: "release"; holdId: string; customer: string; orderId: string | null; outcome: ReleaseOutcome }
  | { kind: "claim"; holdId: string; customer: string; orderId: string; outcome: ClaimOutcome }
  | { kind: "sell"; holdId: string; orderId: string; outcome: SellOutcome | null }
  | { kind: "extend"; holdId: string; orderId: string; untilMs: number; outcome: ExtendOutcome }
  | { kind: "return"; holdId: string; orderId: string; upTo: number | null; outcome: ReturnOutcome }
  | { kind: "expire" }
  | { kind: "accept"; grant: LaneGrant }
  | { kind: "report"; report: LaneReport }
  | { kind: "receive"; id: string; delta: number; outcome: ReceiveOutcome }
  | { kind: "openTerms"; terms: PoolTerms }
  | { kind: "allot"; command: AllotCommand; outcome: AllotOutcome }
  | { kind: "state"; pool: PoolId; state: PoolState }
  | { kind: "saleTerms"; pool: PoolId; terms: PoolTerms }
  | { kind: "takeIn"; report: LaneReport }
  | { kind: "grants"; pool: PoolId; grants: readonly LaneGrant[] }
  | { kind: "lease"; report: LaneReport; answer: LeaseAnswer | null }

export type Decision = { atMs: number } & Decided

/** Writes down what a ledger is told and what it says, and leaves everything else to it. */
class Recorder {
  private readonly decisions: Decision[]
  private readonly now: () => number
  /** What a ledger does on the way to a decision is part of that decision. */
  private depth = 0

  constructor(decisions: Decision[], now: () => number) {
    this.decisions = decisions
    this.now = now
  }

  note<T>(decide: () => T, decided: (outcome: T) => Decided): T {
    this.depth++
    let outcome: T
    try {
      outcome = decide()
    } finally {
      this.depth--
    }
    if (this.depth === 0) this.decisions.push({ atMs: this.now(), ...decided(outcome) })
    return outcome
  }
}

export function recordRoot(ledger: Ledger, decisions: Decision[], now: () => number): Ledger {
  const recorder = new Recorder(decisions, now)
  recordHolds(ledger, recorder)
  const receive = ledger.receive.bind(ledger)
  ledger.receive = (command, nowMs) => {
    const { id, delta } = command
    return recorder.note(
      () => receive(command, nowMs),
      (outcome) => ({ kind: "receive", id, delta, outcome }),
    )
  }
  const setOpenTerms = ledger.setOpenTerms.bind(ledger)
  ledger.setOpenTerms = (terms) =>
    recorder.note(
      () => setOpenTerms(terms),
      () => ({ kind: "openTerms", terms }),
    )
  const allot = ledger.allot.bind(ledger)
  ledger.allot = (command, nowMs) =>
    recorder.note(
      () => allot(command, nowMs),
      (outcome) => ({ kind: "allot", command, outcome }),
    )
  const setPoolState = ledger.setPoolState.bind(ledger)
  ledger.setPoolState = (pool, state) =>
    recorder.note(
      () => setPoolState(pool, state),
      () => ({ kind: "state", pool, state }),
    )
  const changeSaleTerms = ledger.changeSaleTerms.bind(ledger)
  ledger.changeSaleTerms = (pool, terms) =>
    recorder.note(
      () => changeSaleTerms(pool, terms),
      () => ({ kind: "saleTerms", pool, terms }),
    )
  recordLeases(ledger, recorder)
  return ledger
}

function recordLeases(ledger: Ledger, recorder: Recorder): void {
  const takeIn = ledger.takeIn.bind(ledger)
  ledger.takeIn = (report) =>
    recorder.note(
      () => takeIn(report),
      () => ({ kind: "takeIn", report }),
    )
  const grantsOf = ledger.grantsOf.bind(ledger)
  ledger.grantsOf = (pool) =>
    recorder.note(
      () => grantsOf(pool),
      (grants) => ({ kind: "grants", pool, grants }),
    )
  const lease = ledger.lease.bind(ledger)
  ledger.lease = (report, want, nowMs) =>
    recorder.note(
      () => lease(report, want, nowMs),
      (answer) => ({ kind: "lease", report, answer }),
    )
}

export function recordLane(ledger: LaneLedger, decisions: Decision[], now: () => number): LaneLedger {
  const recorder = new Recorder(decisions, now)
  recordHolds(ledger, recorder)
  const tryHold = ledger.tryHold.bind(ledger)
  ledger.tryHold = (command, nowMs) =>
    recorder.note(
      () => tryHold(command, nowMs),
      (outcome) => ({ kind: "hold", command, outcome }),
    )
  const trySell = ledger.trySell.bind(ledger)
  ledger.trySell = (holdId, orderId, nowMs) =>
    recorder.note(
      () => trySell(holdId, orderId, nowMs),
      (outcome) => ({ kind: "sell", holdId, orderId, outcome }),
    )
  const accept = ledger.accept.bind(ledger)
  ledger.accept = (grant) =>
    recorder.note(
      () => accept(grant),
      () => ({ kind: "accept", grant }),
    )
  const report = ledger.report.bind(ledger)
  ledger.report = (pool, nowMs) =>
    recorder.note(
      () => report(pool, nowMs),
      (report) => ({ kind: "report", report }),
    )
  return ledger
}

function recordHolds(ledger: HoldLedger, recorder: Recorder): void {
  const hold = ledger.hold.bind(ledger)
  ledger.hold = (command, nowMs) =>
    recorder.note(
      () => hold(command, nowMs),
      (outcome) => ({ kind: "hold", command, outcome }),
    )
  const undo = ledger.undo.bind(ledger)
  ledger.undo = (holdId, customer) =>
    recorder.note(
      () => undo(holdId, customer),
      () => ({ kind: "undo", holdId, customer }),
    )
  const release = ledger.release.bind(ledger)
  ledger.release = (holdId, customer, nowMs, orderId) =>
    recorder.note(
      () => release(holdId, customer, nowMs, orderId),
      (outcome) => ({ kind: "release", holdId, customer, orderId: orderId ?? null, outcome }),
    )
  const claim = ledger.claim.bind(ledger)
  ledger.claim = (holdId, customer, orderId, nowMs) =>
    recorder.note(
      () => claim(holdId, customer, orderId, nowMs),
      (outcome) => ({ kind: "claim", holdId, customer, orderId, outcome }),
    )
  const sell = ledger.sell.bind(ledger)
  ledger.sell = (holdId, orderId, nowMs) =>
    recorder.note(
      () => sell(holdId, orderId, nowMs),
      (outcome) => ({ kind: "sell", holdId, orderId, outcome }),
    )
  recordEnds(ledger, recorder)
}

function recordEnds(ledger: HoldLedger, recorder: Recorder): void {
  const returnUnits = ledger.returnUnits.bind(ledger)
  ledger.returnUnits = (holdId, orderId, upTo) =>
    recorder.note(
      () => returnUnits(holdId, orderId, upTo),
      (outcome) => ({ kind: "return", holdId, orderId, upTo: upTo ?? null, outcome }),
    )
  const extend = ledger.extend.bind(ledger)
  ledger.extend = (holdId, orderId, untilMs, nowMs) =>
    recorder.note(
      () => extend(holdId, orderId, untilMs, nowMs),
      (outcome) => ({ kind: "extend", holdId, orderId, untilMs, outcome }),
    )
  const expireDue = ledger.expireDue.bind(ledger)
  ledger.expireDue = (nowMs) =>
    recorder.note(
      () => expireDue(nowMs),
      () => ({ kind: "expire" }),
    )
}
