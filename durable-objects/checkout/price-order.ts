import { giveBackAll, holdItems, ledgersOf, mergeLines } from "../stock/hold-items.ts"
import type { StockObjects } from "../stock/hold-items.ts"
import { partsOfName } from "../stock/lease/names.ts"
import type { PriceRules } from "../prices/contract.ts"
import type { CouponApi, CouponRefusal, CouponTerms } from "../prices/coupon/contract.ts"
import { mayRefuse, quoteOf } from "../prices/quote.ts"
import type { Quote } from "../prices/quote.ts"
import type { CheckoutRefusal, OpenCheckout, OrderView } from "./contract.ts"
import { holdIdOf, reserve } from "./reserve.ts"
import type { Reservation, ReservedLine } from "./reserve.ts"
import { taxAskOf, withTax } from "./tax/order-tax.ts"
import type { CalculatedTax, TaxAnswer, TaxAsk, Taxes } from "./tax/taxes.ts"

/** What a lane asks for when it works out what an order comes to. */
export interface Prices {
  rules(): Promise<PriceRules>
  couponOf(code: string): Pick<CouponApi, "reserve" | "giveBack">
  /** Asked only where the rules leave the tax to it. */
  taxes: Taxes
}

type Refused = Extract<Reservation, { outcome: "refused" }>

/** A hold bound to its order, and what the order comes to. */
export type PricedReservation =
  | (Omit<Extract<Reservation, { outcome: "reserved" }>, "items"> &
      Pick<OrderView, "items" | "totals" | "shippingMethod"> & { taxCalculationId: string | null })
  | Refused

const REFUSALS_OF_COUPONS: Record<CouponRefusal, CheckoutRefusal> = {
  unknown: "coupon_invalid",
  not_begun: "coupon_invalid",
  ended: "coupon_invalid",
  other_currency: "coupon_invalid",
  below_minimum: "coupon_invalid",
  used_up: "coupon_used_up",
  used_by_customer: "coupon_used_up",
}

/** Why a checkout gets no tax. What stands at the account is the merchant's to mend: until then it is as if away. */
const REFUSALS_OF_TAXES: Record<Extract<TaxAnswer, { outcome: "refused" }>["about"], CheckoutRefusal> = {
  address: "address_invalid",
  amount: "payment_refused",
  account: "payment_unavailable",
}

interface Priced {
  outcome: "priced"
  items: OrderView["items"]
  totals: OrderView["totals"]
  shippingMethod: OrderView["shippingMethod"]
  taxCalculationId: string | null
}

/**
 * Reserves what is bought, and prices it. Where the price may refuse, it is asked before the hold is bound to the order:
 * a hold that was brought along stays free for the next try, and one that was taken here is undone, unless it was only
 * the tax that nobody answered: then it waits for the same request. Safe to repeat: the same ids replay.
 */
export async function reserveAndPrice(
  parts: { stock: StockObjects; prices: Prices },
  command: OpenCheckout,
  useId: string,
): Promise<PricedReservation> {
  const { stock, prices } = parts
  const rules = await prices.rules()
  const pricing = new Pricing(prices, rules, command, useId)
  if (command.couponCode !== undefined || mayRefuse(rules, command.shippingMethod ?? null)) {
    const held = await findHeld(stock, command)
    const early = held && (await pricing.price(held.lines, held.currency))
    if (held && early?.outcome === "refused") {
      if (!keepsHold(command, early)) await letGo(stock, held.holdId, command.subject)
      return early
    }
  }
  const reservation = await reserve(stock, command)
  if (reservation.outcome === "refused") return reservation
  const priced = await pricing.price(reservation.items, reservation.currency)
  if (priced.outcome === "refused") {
    if (!keepsHold(command, priced)) await giveBackAll(stock, await holdIdOf(stock, command), command.subject)
    return priced
  }
  const { outcome: _, ...price } = priced
  return { ...reservation, ...price }
}

/** One that was brought along is its owner's, but for an order that can never be paid. */
function keepsHold({ hold }: OpenCheckout, { refusal }: Refused): boolean {
  if (refusal === "payment_unavailable") return true
  return "holdId" in hold && refusal !== "payment_refused"
}

class Pricing {
  private readonly prices: Prices
  private readonly rules: PriceRules
  private readonly command: OpenCheckout
  private readonly useId: string
  private coupon: CouponTerms | null = null
  private taxed: { content: string; answer: CalculatedTax } | null = null
  private taxesAsked = 0

  constructor(prices: Prices, rules: PriceRules, command: OpenCheckout, useId: string) {
    this.prices = prices
    this.rules = rules
    this.command = command
    this.useId = useId
  }

  async price(lines: readonly ReservedLine[], currency: string): Promise<Priced | Refused> {
    const { shippingAddress, shippingMethod = null } = this.command
    const quote = (coupon: CouponTerms | null) =>
      quoteOf(lines, this.rules, {
        country: shippingAddress?.country ?? null,
        region: shippingAddress?.region ?? null,
        shippingMethod,
        coupon,
        currency,
      })
    // What can't be shipped uses no coupon.
    const plain = quote(null)
    if (plain.outcome === "refused") return refused(plain.refusal)
    const refusal = await this.reserveCoupon(plain.totals.subtotalCents, currency)
    if (refusal) return refused(refusal)
    const quoted = this.coupon ? quote(this.coupon) : plain
    if (quoted.outcome === "refused") return refused(quoted.refusal)
    const taxed = await this.tax(quoted, lines, currency)
    if (taxed.outcome === "refused") return taxed
    return {
      outcome: "priced",
      items: taxed.quoted.lines.map((line) => ({ ...line, returnedQuantity: 0 })),
      totals: taxed.quoted.totals,
      shippingMethod: taxed.quoted.shippingMethod,
      taxCalculationId: taxed.taxCalculationId,
    }
  }

  /** The quote as it is where the shop has rates of its own, and else with the tax that it is answered. */
  private async tax(
    quoted: Quoted,
    lines: readonly ReservedLine[],
    currency: string,
  ): Promise<{ outcome: "taxed"; quoted: Quoted; taxCalculationId: string | null } | Refused> {
    const { taxes } = this.rules
    if (taxes.taxProvider === "rates") return { outcome: "taxed", quoted, taxCalculationId: null }
    const order = { lines, currency, address: this.command.shippingAddress }
    const ask = taxAskOf(`${this.useId}:tax:${this.taxesAsked}`, quoted, order, taxes)
    if (ask === null) return refused("address_invalid")
    const answer = await this.calculate(ask)
    if (answer.outcome === "unavailable") return refused("payment_unavailable")
    if (answer.outcome === "refused") return refused(REFUSALS_OF_TAXES[answer.about])
    return { outcome: "taxed", quoted: withTax(quoted, answer), taxCalculationId: answer.calculationId }
  }

  /** Asked once for both times that an order is priced, unless it changed in between. */
  private async calculate(ask: TaxAsk): Promise<TaxAnswer> {
    const content = JSON.stringify({ ...ask, askKey: "" })
    if (this.taxed?.content === content) return this.taxed.answer
    this.taxesAsked += 1
    const answer = await this.prices.taxes.calculate(ask)
    if (answer.outcome === "ok") this.taxed = { content, answer }
    return answer
  }

  /** Counts the coupon's use, once for both times that an order is priced. */
  private async reserveCoupon(subtotalCents: number, currency: string): Promise<CheckoutRefusal | null> {
    const { couponCode, email } = this.command
    if (couponCode === undefined || this.coupon) return null
    const customer = email.toLowerCase()
    const use = { useId: this.useId, customer, subtotalCents, currency }
    const outcome = await this.prices.couponOf(couponCode).reserve(use)
    if (outcome.outcome === "refused") return REFUSALS_OF_COUPONS[outcome.refusal]
    this.coupon = outcome.terms
    return null
  }
}

type Quoted = Extract<Quote, { outcome: "quoted" }>

interface Held {
  holdId: string
  lines: ReservedLine[]
  currency: string
}

/** What is bought, held but not bound to its order; null when there is no such hold, which `reserve` then says why. */
function findHeld(stock: StockObjects, command: OpenCheckout): Promise<Held | null> {
  const { hold, subject } = command
  return "holdId" in hold ? readHeld(stock, hold.holdId, subject) : takeHeld(stock, command, hold)
}

async function takeHeld(
  stock: StockObjects,
  { orderId, subject }: OpenCheckout,
  { items, saleId }: Extract<OpenCheckout["hold"], { items: unknown }>,
): Promise<Held | null> {
  const purchase = { purchaseKey: orderId, items: mergeLines(items), saleId, customer: subject }
  const held = await holdItems(stock, purchase)
  // Read again: what the goods weigh is not among what a hold is told.
  return held.outcome === "held" ? readHeld(stock, held.holdId, subject) : null
}

async function readHeld(stock: StockObjects, holdId: string, subject: string): Promise<Held | null> {
  const ledgers = ledgersOf(holdId)
  const records = await Promise.all(
    ledgers.map((ledger) => stock.getByName(ledger).readHold(holdId, subject)),
  )
  const lines = records.flatMap((record, index) =>
    record?.state === "held" ? [{ ...record, sku: partsOfName(ledgers[index] ?? "").sku }] : [],
  )
  const [first] = lines
  if (!first || lines.length !== ledgers.length) return null
  return {
    holdId,
    lines: lines.map(({ sku, quantity, unitPriceCents, goods }) => ({
      sku,
      quantity,
      unitPriceCents,
      ...goods,
    })),
    currency: first.currency,
  }
}

/** As if it had never been, so that the same key may try again; released, where an attempt before asked for it too. */
async function letGo(stock: StockObjects, holdId: string, subject: string): Promise<void> {
  await Promise.all(ledgersOf(holdId).map((ledger) => stock.getByName(ledger).undo(holdId, subject)))
  await giveBackAll(stock, holdId, subject)
}

function refused(refusal: CheckoutRefusal): Refused {
  return { outcome: "refused", refusal, skus: [] }
}
