import type { TaxAnswer, TaxAsk, Taxes } from "../../../durable-objects/checkout/tax/taxes.ts"
import { BROKEN, KeptAnswers } from "./kept-answers.ts"
import { Lost } from "./network.ts"
import type { Life, Network } from "./network.ts"

/** How many of the answers are "ask later". */
const BUSY_SHARE = 0.05

/** Orders to addresses that cannot be taxed, by their number. */
const NOWHERE = /^o\d*9:/

/** What is asked on top of an amount, in minor units: an eighth, cut off. */
export function taxOn(amountCents: number): number {
  return Math.floor(amountCents / 8)
}

/** Stripe Tax, in a shop that leaves its taxes to it: keys that keep their answer, and each answer a calculation of its own. */
export class TaxModel {
  /** What was answered: the order that each calculation is of, and what it came to. */
  readonly calculations = new Map<string, { orderId: string; totalCents: number }>()
  private readonly network: Network
  private readonly answers: KeptAnswers
  private readonly isDown: () => boolean

  constructor(network: Network, isDown: () => boolean) {
    this.network = network
    this.answers = new KeptAnswers(network)
    this.isDown = isDown
  }

  /** What an instance of a lane asks. */
  taxesFor(life: Life): Taxes {
    return {
      calculate: async (ask) => {
        const isBusy = this.network.faultShare > 0 && this.network.chance.hits(BUSY_SHARE)
        try {
          return await this.network.call(life, "provider tax", () => {
            if (this.isDown()) throw new Lost("the provider is down")
            return isBusy ? BROKEN : this.answer(ask)
          })
        } catch (error) {
          if (error instanceof Lost) return { outcome: "unavailable", message: error.message }
          throw error
        }
      },
    }
  }

  private answer(ask: TaxAsk): TaxAnswer {
    if (NOWHERE.test(ask.askKey))
      return {
        outcome: "refused",
        about: "address",
        code: "customer_tax_location_invalid",
        message: "Where?",
      }
    return this.answers.of<TaxAnswer>(ask.askKey, JSON.stringify(ask), () => this.calculate(ask))
  }

  private calculate({ askKey, lines }: TaxAsk): TaxAnswer {
    const calculationId = `taxcalc_${this.calculations.size}`
    const lineTaxCents = lines.map(({ amountCents }) => taxOn(amountCents))
    const totalCents = lines.reduce((sum, { amountCents }) => sum + amountCents + taxOn(amountCents), 0)
    this.calculations.set(calculationId, { orderId: askKey.split(":")[0] ?? "", totalCents })
    this.network.count("taxes calculated")
    return { outcome: "ok", calculationId, lineTaxCents, shippingTaxCents: 0 }
  }
}
