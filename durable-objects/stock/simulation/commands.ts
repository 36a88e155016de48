import type {
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
} from "../contract.ts"
import type { Ledger } from "../ledger.ts"

/** Everything that can be asked of a ledger, as data: so that it can be sent late, twice, or be shown. */
export type Command =
  | { kind: "openTerms"; terms: PoolTerms }
  | { kind: "receive"; id: string; delta: number; reason: string }
  | { kind: "allot"; id: string; saleId: PoolId; units: number; terms: PoolTerms }
  | { kind: "poolState"; pool: PoolId; state: PoolState }
  | { kind: "saleTerms"; pool: PoolId; terms: PoolTerms }
  | ({ kind: "hold" } & HoldCommand)
  | { kind: "undo"; holdId: string; customer: string }
  | { kind: "release"; holdId: string; customer: string; orderId: string | undefined }
  | { kind: "claim"; holdId: string; customer: string; orderId: string }
  | { kind: "sell"; holdId: string; orderId: string }
  | { kind: "extend"; holdId: string; orderId: string; untilMs: number }
  | { kind: "return"; holdId: string; orderId: string; upTo: number | undefined }
  | { kind: "expire" }
  /** Postgres has these holds. The auditor knows a late sale by the hold that it took up again. */
  | { kind: "forget"; holdIds: string[]; booked: { holdId: string; isLateSale: boolean }[] }

/** `expire` answers how many holds it ended; what changes terms or states answers nothing. */
export type Answer =
  | HoldOutcome
  | ReleaseOutcome
  | ClaimOutcome
  | SellOutcome
  | ExtendOutcome
  | ReturnOutcome
  | ReceiveOutcome
  | AllotOutcome
  | number
  | null

/** What the simulation may use of a ledger; a broken one in the tests has the same shape. */
export type LedgerLike = Pick<
  Ledger,
  | "reload"
  | "receive"
  | "setOpenTerms"
  | "allot"
  | "setPoolState"
  | "changeSaleTerms"
  | "hold"
  | "undo"
  | "release"
  | "claim"
  | "sell"
  | "extend"
  | "returnUnits"
  | "expireDue"
  | "earliestExpiryMs"
  | "findHold"
  | "holdsPage"
  | "counts"
  | "tellCounts"
  | "archivable"
  | "forgetArchived"
  | "acknowledge"
  | "hasNews"
>

export function ask(ledger: LedgerLike, command: Command, nowMs: number): Answer {
  switch (command.kind) {
    case "openTerms":
      ledger.setOpenTerms(command.terms)
      return null
    case "receive":
      return ledger.receive({ id: command.id, delta: command.delta, reason: command.reason }, nowMs)
    case "allot": {
      const { id, saleId, units, terms } = command
      return ledger.allot({ id, saleId, units, terms }, nowMs)
    }
    case "poolState":
      ledger.setPoolState(command.pool, command.state)
      return null
    case "saleTerms":
      ledger.changeSaleTerms(command.pool, command.terms)
      return null
    case "hold": {
      const { kind: _, ...hold } = command
      return ledger.hold(hold, nowMs)
    }
    case "undo":
      ledger.undo(command.holdId, command.customer)
      return null
    case "release":
      return ledger.release(command.holdId, command.customer, nowMs, command.orderId)
    case "claim":
      return ledger.claim(command.holdId, command.customer, command.orderId, nowMs)
    case "sell":
      return ledger.sell(command.holdId, command.orderId, nowMs)
    case "extend":
      return ledger.extend(command.holdId, command.orderId, command.untilMs, nowMs)
    case "return":
      return ledger.returnUnits(command.holdId, command.orderId, command.upTo)
    case "expire":
      return ledger.expireDue(nowMs)
    case "forget":
      ledger.forgetArchived(command.holdIds)
      return null
  }
}
