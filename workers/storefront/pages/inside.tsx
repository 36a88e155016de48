import { Button } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Choices } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { Picture } from "../components/picture.tsx"
import { Price } from "../components/price.tsx"
import { StockBand } from "../components/stock-band.tsx"
import type { Site } from "../site.ts"
import { formatLength } from "../words/time.ts"
import { bestBand, piecesOf, skuList } from "./sale-view.ts"
import type { PieceView, SaleView } from "./sale-view.ts"

export interface InsideProps {
  site: Site
  sale: SaleView
  nowMs: number
  passExpiresAtMs: number
  /** One per form, so that a double click is one hold even without script. */
  holdKey: (sku: string) => string
}

export function Inside({ site, sale, nowMs, passExpiresAtMs, holdKey }: InsideProps) {
  return (
    <Layout
      site={site}
      title={`Inside: ${sale.title}`}
      here="sale"
      unlisted={true}
      scripts={["sale.js", "buy.js"]}
    >
      <div class="bounds" data-sale-id={sale.saleId} data-skus={skuList(sale.items)}>
        <div class="inside__head">
          <div>
            <h1>You’re inside</h1>
            <p class="lead">Hold what you want, then pay. Nobody in the line can take what you hold.</p>
            <a href={`/sales/${sale.saleId}/draw`}>How the draw was made, and how to check it</a>
          </div>
          <div class="clock-strip">
            <Countdown
              label="Your time inside"
              toMs={passExpiresAtMs}
              nowMs={nowMs}
              exact={true}
              small={true}
              yours={true}
              reloadAtZero={true}
            />
          </div>
        </div>
        <ul class="offers">
          {piecesOf(sale.items).map((piece) => (
            <Offer piece={piece} sale={sale} holdKey={holdKey} />
          ))}
        </ul>
      </div>
    </Layout>
  )
}

function Offer({
  piece,
  sale,
  holdKey,
}: {
  piece: PieceView
  sale: SaleView
  holdKey: (sku: string) => string
}) {
  const [first] = piece.items
  if (!first) return null
  const band = bestBand(piece.items.map((item) => sale.stock[item.sku]))
  const limit = Math.max(...piece.items.map((item) => item.perCustomerLimit))
  const chosen = piece.items.find((item) => sale.stock[item.sku] !== "sold_out") ?? first
  return (
    <li class="offer panel">
      <Picture src={piece.image} alt="" eager={true} />
      <form class="offer__form flow" method="post" action="/buy" data-buy="">
        <h2>{piece.title}</h2>
        <p class="offer__price">
          <Price
            cents={piece.salePriceCents}
            currency={piece.currency}
            ordinaryCents={piece.priceCents}
            live={true}
            large={true}
          />
          <StockBand band={band} {...(piece.items.length === 1 && { liveSku: first.sku })} />
        </p>
        {piece.items.length > 1 ? (
          <Choices
            name="sku"
            legend="Choose one"
            chosen={chosen.sku}
            choices={piece.items.map((item) => ({
              value: item.sku,
              label: item.title,
              detail: <StockBand band={sale.stock[item.sku] ?? "in_stock"} liveSku={item.sku} />,
            }))}
          />
        ) : (
          <input type="hidden" name="sku" value={first.sku} />
        )}
        <input type="hidden" name="quantity" value="1" />
        <input type="hidden" name="product" value={piece.productSlug} />
        <input type="hidden" name="saleId" value={sale.saleId} />
        <input type="hidden" name="key" value={holdKey(first.sku)} />
        {band === "sold_out" ? (
          <Button disabled={true} wide={true}>
            None free at this moment
          </Button>
        ) : (
          <Button tone="now" wide={true}>
            Hold one for {formatLength(sale.holdSeconds)}
          </Button>
        )}
        <p class="soft small">
          {limit === 1 ? "One for each customer." : `${limit} for each customer at most.`}
        </p>
      </form>
    </li>
  )
}
