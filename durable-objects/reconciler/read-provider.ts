import { listIntents, listRefunds, readIntent } from "../checkout/stripe-books.ts"
import type { BookedRefund, Listed, ListPart, RecentIntent } from "../checkout/stripe-books.ts"
import type { StripeSettings } from "../checkout/stripe.ts"
import { PAYMENT_GATE } from "../payment-gate/contract.ts"
import type { PaymentGateApi } from "../payment-gate/contract.ts"
import { COMPARED_MS } from "./contract.ts"
import type { ReadPart } from "./coupon-uses.ts"
import { Sweep } from "./sweep.ts"

/** Payments, and refunds, of the last half hour that one run reads, newest first: thirty calls in half a minute at most. */
const INTENTS_MAX = 2_000
const REFUNDS_MAX = 1_000

/** Older ones that one run goes on through, of each list: five calls. */
export const SWEPT_PER_RUN = 500

/** Money of a card stays set aside for a week (https://docs.stripe.com/payments/place-a-hold-on-a-payment-method). */
const INTENTS_SWEPT_MS = 8 * 24 * 3_600_000

/** A refund that is pending fails after 45 days at the latest (https://support.stripe.com/questions/fix-your-pending-refund). */
const REFUNDS_SWEPT_MS = 46 * 24 * 3_600_000

/** What was found among the older ones and is looked at again in the next run, of each list. */
const SUSPECTS_MAX = 20

export interface ProviderBindings extends StripeSettings {
  PAYMENT_GATE: { getByName(name: string): Pick<PaymentGateApi, "read"> }
}

type ReadList<Entry> = (part: ListPart, limit: number) => Promise<Listed<Entry>>

/** What was read of the provider's books. */
export interface ProviderBooks {
  intents: RecentIntent[]
  refunds: BookedRefund[]
}

/** Reads the provider's books: what is young in each run, what is older in turns. */
export class ProviderReader {
  private readonly env: ProviderBindings
  private readonly intentSweep = new Sweep(INTENTS_SWEPT_MS)
  private readonly refundSweep = new Sweep(REFUNDS_SWEPT_MS)
  /** Read by no other way than the sweep, and different. */
  private suspectIntents: string[] = []
  private olderIntents: ReadonlySet<string> = new Set()
  private suspectRefunds: BookedRefund[] = []

  constructor(env: ProviderBindings) {
    this.env = env
  }

  async read(nowMs: number, unread: string[], readPart: ReadPart): Promise<ProviderBooks> {
    const rests = await readPart("payments", true, async () => {
      const { state } = await this.env.PAYMENT_GATE.getByName(PAYMENT_GATE).read(null)
      // While payments rest the few calls that try them are not the reconciler's.
      if (state !== "closed") throw new Error("they rest, for they did not answer")
      return false
    })
    if (rests) return { intents: [], refunds: [] }
    const recently = { sinceMs: nowMs - COMPARED_MS, afterId: null }
    const { env, intentSweep, refundSweep } = this
    const intentsOf: ReadList<RecentIntent> = (part, limit) => listIntents(env, part, limit)
    const refundsOf: ReadList<BookedRefund> = (part, limit) => listRefunds(env, part, limit)
    const recent = async <Entry>(what: string, max: number, list: ReadList<Entry>) => {
      const listed = await readPart(what, null, () => list(recently, max))
      if (listed?.isAll === false)
        unread.push(`${what}: only the newest ${max} of half an hour were compared`)
      return listed?.entries ?? []
    }
    const swept = async <Entry>(what: string, sweep: Sweep, list: ReadList<Entry>) => {
      const part = sweep.next(nowMs)
      const listed = part && (await readPart(what, null, () => list(part, SWEPT_PER_RUN)))
      if (listed) sweep.went(listed, nowMs)
      return listed?.entries ?? []
    }
    const [young, older, suspects, youngRefunds, olderRefunds] = await Promise.all([
      recent("payments", INTENTS_MAX, intentsOf),
      swept("older payments", intentSweep, intentsOf),
      readPart<RecentIntent[]>("suspected payments", [], () => this.readSuspects()),
      recent("refunds", REFUNDS_MAX, refundsOf),
      swept("older refunds", refundSweep, refundsOf),
    ])
    // Of the older ones only what holds somebody's money: a payment that was taken or let go of is the audit's.
    const setAside = [...older, ...suspects].filter(({ status }) => status === "requires_capture")
    this.olderIntents = new Set(setAside.map(({ intentId }) => intentId))
    return {
      intents: byId([...setAside, ...young], ({ intentId }) => intentId),
      refunds: byId(
        [...this.suspectRefunds, ...olderRefunds, ...youngRefunds],
        ({ news: { refund } }) => refund.refundId,
      ),
    }
  }

  /** What is different stays in view until it is not, wherever the reading has come. */
  suspect({ refunds }: Pick<ProviderBooks, "refunds">, isDifferent: (id: string) => boolean): void {
    this.suspectIntents = [...this.olderIntents].filter(isDifferent).slice(0, SUSPECTS_MAX)
    this.suspectRefunds = refunds
      .filter(({ news: { refund } }) => isDifferent(refund.refundId))
      .slice(0, SUSPECTS_MAX)
  }

  private async readSuspects(): Promise<RecentIntent[]> {
    return (await Promise.all(this.suspectIntents.map((id) => readIntent(this.env, id)))).flat()
  }
}

/** Each once, as it was read last. */
function byId<Entry>(entries: readonly Entry[], idOf: (entry: Entry) => string): Entry[] {
  return [...new Map(entries.map((entry) => [idOf(entry), entry])).values()]
}
