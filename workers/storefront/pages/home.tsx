import { ButtonLink } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Current } from "../components/current.tsx"
import { Layout } from "../components/layout.tsx"
import { Moment } from "../components/moment.tsx"
import { Notice } from "../components/notice.tsx"
import { Phase } from "../components/phase.tsx"
import { Picture } from "../components/picture.tsx"
import { Price } from "../components/price.tsx"
import { ProductGrid } from "../components/product-card.tsx"
import type { CardFacts } from "../components/product-card.tsx"
import { Ways } from "../components/ways.tsx"
import type { Site } from "../site.ts"
import { countOf } from "../words/money.ts"
import { isBeforeBell } from "../words/phases.ts"
import { formatLength } from "../words/time.ts"
import { piecesOf, skuList } from "./sale-view.ts"
import type { SaleView } from "./sale-view.ts"

export interface HomeProps {
  site: Site
  nowMs: number
  sale: SaleView | null
  /** Null when the catalog cannot be read at the moment. */
  shelves: readonly { category: string; total: number; cards: readonly CardFacts[] }[] | null
}

export function Home({ site, nowMs, sale, shelves }: HomeProps) {
  return (
    <Layout
      site={site}
      title={sale?.title ?? "All pieces"}
      here="home"
      scripts={["sale.js"]}
      description={`${site.shopName}: small runs, sold through a fair line.`}
    >
      <div class="bounds">
        {sale ? <SaleHero sale={sale} nowMs={nowMs} /> : <QuietHero site={site} />}
        {sale && (
          <section class="home__how" aria-labelledby="how">
            <h2 id="how">How the sale works</h2>
            <Ways holdWords={formatLength(sale.holdSeconds)} row={true} />
          </section>
        )}
        {shelves === null ? <CatalogAway /> : shelves.map((shelf) => <Shelf {...shelf} />)}
      </div>
    </Layout>
  )
}

function SaleHero({ sale, nowMs }: { sale: SaleView; nowMs: number }) {
  const pieces = piecesOf(sale.items)
  const before = isBeforeBell(sale.phase)
  const live = sale.phase === "open" || sale.phase === "waiting"
  return (
    <section
      aria-labelledby="hero-title"
      class={live ? "is-live" : undefined}
      data-sale-id={sale.saleId}
      data-skus={skuList(sale.items)}
    >
      <div class="hero">
        <div class="hero__words">
          <Phase phase={sale.phase} live={true} />
          <h1 id="hero-title">{sale.title}</h1>
          <div class="actions">
            <ButtonLink href={`/sales/${sale.saleId}`} tone={live ? "now" : "ink"}>
              {HERO_ACTIONS[sale.phase]}
            </ButtonLink>
            <p class="soft">{countOf(pieces.length, "design", "designs")} in this sale</p>
          </div>
        </div>
        <div class="hero__act">
          <Countdown
            label={before ? "Opens" : "Closes"}
            toMs={before ? sale.opensAtMs : sale.closesAtMs}
            nowMs={nowMs}
            withMoment={true}
            reloadAtZero={true}
          />
        </div>
        <ul class="hero__pieces">
          {pieces.slice(0, 4).map((piece) => (
            <li class="card">
              <Picture src={piece.image} alt="" eager={true} />
              <h2 class="hero__piece">
                <a href={`/products/${encodeURIComponent(piece.productSlug)}`}>{piece.title}</a>
              </h2>
              <Price
                cents={piece.salePriceCents}
                currency={piece.currency}
                ordinaryCents={piece.priceCents}
                live={sale.phase === "open"}
              />
            </li>
          ))}
        </ul>
      </div>
      <Current />
    </section>
  )
}

const HERO_ACTIONS: Record<SaleView["phase"], string> = {
  scheduled: "See the sale",
  waiting: "Join the line",
  open: "Join the line",
  paused: "Join the line",
  sold_out_pending: "Join the line",
  sold_out: "See what was sold",
  ended: "See what was sold",
}

function QuietHero({ site }: { site: Site }) {
  return (
    <section>
      <div class="hero">
        <div class="hero__words">
          <h1>{site.shopName}</h1>
          <p class="lead">No sale is planned at the moment. Everything below can be bought as always.</p>
        </div>
      </div>
      <Current />
    </section>
  )
}

function Shelf({ category, total, cards }: { category: string; total: number; cards: readonly CardFacts[] }) {
  const address = `/products?category=${encodeURIComponent(category)}`
  return (
    <section class="shelf" aria-labelledby={shelfId(category)}>
      <div class="shelf__head">
        <h2 id={shelfId(category)}>{category}</h2>
        {total > cards.length && (
          <a href={address}>
            All {total}
            <span class="unseen"> in {category}</span>
          </a>
        )}
      </div>
      <ProductGrid cards={cards} />
    </section>
  )
}

function shelfId(category: string): string {
  return `shelf-${category.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`
}

export function CatalogAway() {
  return (
    <Notice title="The shelves cannot be shown at this moment">
      <p>The sale and the line are not touched by this. Load the page again in a minute.</p>
    </Notice>
  )
}

export interface SalesProps {
  site: Site
  sales: readonly {
    saleId: string
    title: string
    opensAtMs: number
    closesAtMs: number
    phase: SaleView["phase"]
    designs: number
  }[]
}

/** Every sale, the running and the next first. */
export function Sales({ site, sales }: SalesProps) {
  return (
    <Layout site={site} title="Sales" here="sale">
      <div class="bounds bounds--narrow flow">
        <h1>Sales</h1>
        {sales.length === 0 && <p>No sale is planned at the moment.</p>}
        <ul class="sales">
          {sales.map((sale) => (
            <li class="card panel">
              <Phase phase={sale.phase} />
              <h2>
                <a href={`/sales/${sale.saleId}`}>{sale.title}</a>
              </h2>
              <p class="soft">
                {countOf(sale.designs, "design", "designs")}.{" "}
                {isBeforeBell(sale.phase) ? "Opens " : "Opened "}
                <Moment atMs={sale.opensAtMs} />
              </p>
            </li>
          ))}
        </ul>
      </div>
    </Layout>
  )
}
