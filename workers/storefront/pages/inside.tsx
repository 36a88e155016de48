import { Button } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Choices } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { Picture } from "../components/picture.tsx"
import { Price } from "../components/price.tsx"
import { StockBand } from "../components/stock-band.tsx"
import { useSpeech } from "../components/speech-context.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import { fill, fillCount } from "../languages/speech.ts"
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
  const { inside } = (site.speech ?? ENGLISH).words
  return (
    <Layout
      site={site}
      title={fill(inside.title, { sale: sale.title })}
      here="sale"
      unlisted={true}
      scripts={["sale.js", "buy.js"]}
      speaks={true}
      address={`/sales/${sale.saleId}/inside`}
    >
      <div class="bounds" data-sale-id={sale.saleId} data-skus={skuList(sale.items)}>
        <div class="inside__head">
          <div>
            <h1>{inside.heading}</h1>
            <p class="lead">{inside.lead}</p>
            <a href={`/sales/${sale.saleId}/draw`}>{inside.draw}</a>
          </div>
          <div class="clock-strip">
            <Countdown
              label={inside.time}
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
  const { language, words } = useSpeech()
  const { inside } = words
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
            legend={inside.choose}
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
            {inside.noneFree}
          </Button>
        ) : (
          <Button tone="now" wide={true}>
            {fill(inside.hold, { length: formatLength(sale.holdSeconds, language) })}
          </Button>
        )}
        <p class="soft small">{fillCount(language, inside.limit, limit)}</p>
      </form>
    </li>
  )
}
