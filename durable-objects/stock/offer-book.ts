import type { Sql } from "../sqlite.ts"
import type { PoolId } from "./contract.ts"

/** What a hold is taken of: a pool, at a price. */
export interface Offer {
  pool: PoolId
  unitPriceCents: number
  currency: string
}

interface OfferRow extends Record<string, string | number> {
  offer: number
  pool: string
  unit_price_cents: number
  currency: string
}

/**
 * Every offer that holds were taken of, by number. A hold's row names its offer by that number, so that it repeats
 * neither pool nor price: narrow rows are what makes a hold cheap. A row is written when a pool has a new price.
 */
export class OfferBook {
  private readonly sql: Sql
  private readonly offers = new Map<number, Offer>()
  /** The offer that a pool's last hold was taken of: nearly always that of the next one. */
  private readonly latest = new Map<PoolId, number>()

  constructor(sql: Sql) {
    this.sql = sql
  }

  /** Reads everything afresh. */
  load(): void {
    this.offers.clear()
    this.latest.clear()
    for (const row of this.sql.exec<OfferRow>(`SELECT * FROM offers`).toArray())
      this.offers.set(row.offer, {
        pool: row.pool,
        unitPriceCents: row.unit_price_cents,
        currency: row.currency,
      })
  }

  known(id: number): Offer {
    const offer = this.offers.get(id)
    if (!offer) throw new Error(`there is no offer ${id}`)
    return offer
  }

  /** The offer's number; a new one, written down, when there is none of this price. */
  idOf(offer: Offer): number {
    const latest = this.latest.get(offer.pool)
    if (latest !== undefined && same(this.known(latest), offer)) return latest
    const id = this.find(offer) ?? this.write(offer)
    this.latest.set(offer.pool, id)
    return id
  }

  private find(offer: Offer): number | null {
    for (const [id, other] of this.offers) if (same(other, offer)) return id
    return null
  }

  private write({ pool, unitPriceCents, currency }: Offer): number {
    const id = this.offers.size + 1
    this.sql.exec(
      `INSERT INTO offers (offer, pool, unit_price_cents, currency) VALUES (?, ?, ?, ?)`,
      id,
      pool,
      unitPriceCents,
      currency,
    )
    this.offers.set(id, { pool, unitPriceCents, currency })
    return id
  }
}

function same(a: Offer, b: Offer): boolean {
  return a.unitPriceCents === b.unitPriceCents && a.pool === b.pool && a.currency === b.currency
}
