import type { PoolId } from "../contract.ts"
import type { Ledger } from "../ledger.ts"
import type { LaneApi, LaneReport, LeaseAnswer, Want } from "./contract.ts"
import { SharedTurns } from "./shared-turns.ts"
import { within } from "../../within.ts"

/** A lane that has not answered within this time counts as away. */
const RECALL_ANSWER_MS = 5_000

/** Recalls for one question, at most: each finds nothing only if another lane was quicker. */
const RECALLS_MAX = 4

/** What a root is made of, as its object or a simulation puts it together. */
export interface RootParts {
  /** Null until the SKU was stocked. */
  ledger: () => Ledger | null
  /** Decides in one transaction, and resolves when it is durable. */
  commit: <T>(decide: () => T) => Promise<T>
  lane: (number: number) => Pick<LaneApi, "recall">
  now: () => number
}

/** A root's links to its lanes: it grants what they ask for, and recalls from the others what it lacks. */
export class LaneLinks {
  private readonly parts: RootParts
  private readonly recalls = new SharedTurns<boolean>()

  constructor(parts: RootParts) {
    this.parts = parts
  }

  /** What is missing here is recalled from the lanes first, and again when another lane was granted it meanwhile. */
  async lease(report: LaneReport, want: Want): Promise<LeaseAnswer | null> {
    const { commit, ledger, now } = this.parts
    const decide = () => commit(() => ledger()?.lease(report, want, now()) ?? null)
    let answer = await decide()
    for (let recalls = 1; answer?.short; recalls++) {
      const allAnswered = await this.recall(report.pool)
      answer = await decide()
      if (!answer?.short) break
      if (!allAnswered || (answer.elsewhere > 0 && recalls === RECALLS_MAX))
        return { ...answer, unsure: true }
      if (answer.elsewhere === 0) break
    }
    return answer
  }

  /** Takes back what is free in every lane of a pool. False when a lane did not answer: its units may be free. */
  recall(pool: PoolId): Promise<boolean> {
    const { commit, ledger, lane } = this.parts
    return this.recalls.share(pool, async () => {
      const grants = await commit(() => ledger()?.grantsOf(pool) ?? [])
      const recalled = grants.map((grant) => within(RECALL_ANSWER_MS, lane(grant.lane).recall(grant)))
      const answers = await Promise.allSettled(recalled)
      const reports = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []))
      await commit(() => reports.forEach((report) => ledger()?.takeIn(report)))
      return reports.length === grants.length
    })
  }

  /** Brings home what must come: from lanes that do not know the newest terms, or have units of a sale that is over. */
  async recallAllDue(): Promise<void> {
    await Promise.all((this.parts.ledger()?.poolsToRecall() ?? []).map((pool) => this.recall(pool)))
  }

  async recallIfDue(pool: PoolId): Promise<void> {
    if (this.parts.ledger()?.poolsToRecall().includes(pool)) await this.recall(pool)
  }
}
