import type { StockBand as Band } from "../../../durable-objects/room/contract.ts"
import { Picture } from "./picture.tsx"
import { Price } from "./price.tsx"
import { StockBand } from "./stock-band.tsx"

export interface CardFacts {
  slug: string
  title: string
  brand: string
  image: string | null
  priceCents: number
  currency: string
  stock: Band
  salePriceCents: number | null
}

function ProductCard({ card, eager }: { card: CardFacts; eager?: boolean }) {
  return (
    <li class="card">
      <Picture src={card.image} alt="" eager={eager} />
      <h3>
        <a href={`/products/${encodeURIComponent(card.slug)}`}>{card.title}</a>
      </h3>
      <p class="card__brand">{card.brand}</p>
      <p>
        <Price
          cents={card.salePriceCents ?? card.priceCents}
          currency={card.currency}
          {...(card.salePriceCents !== null && { ordinaryCents: card.priceCents, live: true })}
        />
      </p>
      {card.stock !== "in_stock" && <StockBand band={card.stock} />}
    </li>
  )
}

export function ProductGrid({ cards, eager }: { cards: readonly CardFacts[]; eager?: boolean }) {
  return (
    <ul class="grid">
      {cards.map((card) => (
        <ProductCard card={card} eager={eager} />
      ))}
    </ul>
  )
}
