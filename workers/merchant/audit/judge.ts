import { judgeCoupons } from "./judge-coupons.ts"
import { judgePassage } from "./judge-line.ts"
import { judgeRecords } from "./judge-records.ts"
import { judgeMoney } from "./judge-money.ts"
import { judgePayments } from "./judge-payments.ts"
import { judgeSetAside } from "./judge-set-aside.ts"
import { noticesOf } from "./notices.ts"
import { judgeExpiry, judgeStock } from "./judge-stock.ts"
import { judgeUnits } from "./judge-units.ts"
import type { Audit, Findings, Ledgers, PromiseId, Verdict } from "./ledgers.ts"

/** Differences that an answer lists; beyond it the first ones say enough. */
export const DIFFERENCES_MAX = 500

/** Proves the promises of one sale from its ledgers, or names every difference. */
export function judge(ledgers: Ledgers): Audit {
  const findings: Record<PromiseId, Findings> = {
    P1: judgeStock(ledgers),
    P2: together(judgePayments(ledgers), judgeMoney(ledgers), judgeSetAside(ledgers), judgeCoupons(ledgers)),
    P3: together(judgeRecords(ledgers), judgeUnits(ledgers)),
    P4: judgePassage(ledgers),
    P5: judgeExpiry(ledgers),
  }
  const all = Object.values(findings)
  const differences = all.flatMap((found) => found.differences)
  const notices = noticesOf(ledgers)
  return {
    promises: {
      P1: verdict(findings.P1, "counts of pools and holds", "No unit was sold that was not there."),
      P2: verdict(findings.P2, "payments, orders and coupons", "Nobody was charged twice, or for nothing."),
      P3: verdict(findings.P3, "paid orders", "Every paid order is in Postgres."),
      P4: verdict(findings.P4, "passes", "Nobody was let in before their turn."),
      P5: verdict(findings.P5, "holds", "No hold outlived its time."),
    },
    differences: differences.slice(0, DIFFERENCES_MAX),
    notices: notices.slice(0, DIFFERENCES_MAX),
    counts: {
      skus: ledgers.stock.length,
      holds: ledgers.stock.reduce((sum, { holds }) => sum + holds.length, 0),
      intents: ledgers.payments.length,
      captured: ledgers.payments.filter(({ capturedCents }) => capturedCents > 0).length,
      orders: ledgers.lanes.length,
      ordersInPostgres: ledgers.postgres.length,
      passes: ledgers.room.passes.length,
      differences: differences.length,
      notices: notices.length,
      pending: all.reduce((sum, { pending }) => sum + pending, 0),
    },
  }
}

function together(...found: Findings[]): Findings {
  return {
    checked: found.reduce((sum, { checked }) => sum + checked, 0),
    differences: found.flatMap(({ differences }) => differences),
    pending: found.reduce((sum, { pending }) => sum + pending, 0),
  }
}

function verdict({ checked, differences, pending }: Findings, subject: string, proven: string): Verdict {
  const waiting = pending === 0 ? "" : ` ${pending} ${pending === 1 ? "is" : "are"} still on the way.`
  if (differences.length === 0)
    return { ok: true, checked, says: `${proven} Checked ${checked} ${subject}.${waiting}` }
  const many = differences.length === 1 ? "1 difference" : `${differences.length} differences`
  return { ok: false, checked, says: `${many} in ${checked} ${subject}; see differences.${waiting}` }
}
