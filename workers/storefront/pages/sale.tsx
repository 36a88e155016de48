import { ButtonLink } from "../components/button.tsx"
import { Countdown } from "../components/countdown.tsx"
import { Current } from "../components/current.tsx"
import { Layout } from "../components/layout.tsx"
import { JoinForm, joinScripts } from "../components/join-form.tsx"
import { Moment } from "../components/moment.tsx"
import { Phase } from "../components/phase.tsx"
import { Picture } from "../components/picture.tsx"
import { Price } from "../components/price.tsx"
import { Stat, Stats } from "../components/stat.tsx"
import { StockBand } from "../components/stock-band.tsx"
import { modeOf } from "../../../waiting-room/mode.ts"
import { MODE_STEPS } from "../line/mode-steps.ts"
import { mayJoin } from "../line/mode-words.ts"
import type { Site } from "../site.ts"
import { countOf, formatCount } from "../words/money.ts"
import { isBeforeBell } from "../words/phases.ts"
import { formatLength } from "../words/time.ts"
import { bestBand, piecesOf, skuList } from "./sale-view.ts"
import type { PieceView, SaleView } from "./sale-view.ts"

export interface SaleProps {
  site: Site
  nowMs: number
  sale: SaleView
}

export function Sale({ site, nowMs, sale }: SaleProps) {
  const pieces = piecesOf(sale.items)
  return (
    <Layout
      site={site}
      title={sale.title}
      here="sale"
      scripts={["sale.js", ...joinScripts(sale)]}
      description={`${sale.title}: ${countOf(pieces.length, "design", "designs")}, sold through a fair line.`}
    >
      <div class="bounds" data-sale-id={sale.saleId} data-skus={skuList(sale.items)}>
        <section class={isLive(sale) ? "is-live" : undefined} aria-labelledby="sale-title">
          <div class="hero">
            <div class="hero__words">
              <Phase phase={sale.phase} live={true} />
              <h1 id="sale-title">{sale.title}</h1>
            </div>
            <div class="hero__act">
              <SaleClock sale={sale} nowMs={nowMs} />
              <SaleActions site={site} sale={sale} />
            </div>
          </div>
          <Current />
        </section>
        {sale.line && !isBeforeBell(sale.phase) && (
          <Stats>
            <Stat label="joined the line" value={formatCount(sale.line.joined)} live="joined" />
            <Stat label="had their turn" value={formatCount(sale.line.served)} live="served" />
            <Stat label="go in each minute" value={formatCount(sale.line.pacePerMinute)} live="pace" />
          </Stats>
        )}
        <section class="shelf" aria-labelledby="pieces">
          <h2 id="pieces">{countOf(pieces.length, "design", "designs")} in this sale</h2>
          <ul class="grid">
            {pieces.map((piece) => (
              <Piece piece={piece} sale={sale} />
            ))}
          </ul>
        </section>
        <Fairness sale={sale} />
      </div>
    </Layout>
  )
}

function isLive(sale: SaleView): boolean {
  return sale.phase === "open" || sale.phase === "waiting"
}

function SaleClock({ sale, nowMs }: { sale: SaleView; nowMs: number }) {
  if (sale.phase === "ended" || sale.phase === "sold_out") {
    return (
      <p class="lead">
        {sale.phase === "sold_out" ? "Every piece found somebody." : "This sale is over."}{" "}
        <a href="/sales">See the other sales</a>
      </p>
    )
  }
  const before = isBeforeBell(sale.phase)
  return (
    <Countdown
      label={before ? "Opens" : "Closes"}
      toMs={before ? sale.opensAtMs : sale.closesAtMs}
      nowMs={nowMs}
      withMoment={true}
      reloadAtZero={true}
      saleId={sale.saleId}
    />
  )
}

function SaleActions({ site, sale }: { site: Site; sale: SaleView }) {
  const calendar = `/sales/${sale.saleId}/calendar.ics`
  if (sale.phase === "scheduled") {
    return (
      <>
        <div class="actions">
          <ButtonLink href={calendar}>Add to calendar</ButtonLink>
        </div>
        <p class="soft">
          The line opens <Moment atMs={sale.waitingOpensAtMs} />. Coming later in that time costs you nothing.
        </p>
      </>
    )
  }
  if (!mayJoin(sale)) return null
  return (
    <div class="actions">
      <JoinForm site={site} sale={sale} />
      {sale.phase === "waiting" && (
        <ButtonLink href={calendar} tone="quiet">
          Add to calendar
        </ButtonLink>
      )}
    </div>
  )
}

function Piece({ piece, sale }: { piece: PieceView; sale: SaleView }) {
  const limit = Math.max(...piece.items.map((item) => item.perCustomerLimit))
  const [only] = piece.items
  return (
    <li class="card">
      <Picture src={piece.image} alt="" eager={true} />
      <h3>
        <a href={`/products/${encodeURIComponent(piece.productSlug)}`}>{piece.title}</a>
      </h3>
      <p>
        <Price
          cents={piece.salePriceCents}
          currency={piece.currency}
          ordinaryCents={piece.priceCents}
          live={sale.phase === "open"}
        />
      </p>
      <p class="soft small">{limit === 1 ? "One for each customer" : `${limit} for each customer at most`}</p>
      {!isBeforeBell(sale.phase) && (
        <StockBand
          band={bestBand(piece.items.map((item) => sale.stock[item.sku]))}
          {...(piece.items.length === 1 && only && { liveSku: only.sku })}
        />
      )}
    </li>
  )
}

function Fairness({ sale }: { sale: SaleView }) {
  return (
    <section class="fair" aria-labelledby="fair">
      <h2 id="fair">How the line works, and why it is fair</h2>
      <div class="fair__grid">
        {MODE_STEPS[modeOf(sale)].map(({ title, words }) => (
          <div>
            <h3>{title}</h3>
            <p>{words}</p>
          </div>
        ))}
        <div>
          <h3>Inside: {formatLength(sale.holdSeconds)} to pay</h3>
          <p>
            What you hold is taken off the shelf for you. If you give it back or the time runs out, it goes to
            the next in line.
          </p>
        </div>
        <div>
          <h3>Anybody can check the draw</h3>
          <p>
            We fixed the draw’s secret before anyone joined. This is its SHA-256; the secret itself is
            published at the bell.
          </p>
          {sale.drawCommitment && (
            <p>
              <code>{sale.drawCommitment}</code>
            </p>
          )}
          {sale.drawSecret && (
            <p>
              The secret: <code>{sale.drawSecret}</code>
            </p>
          )}
        </div>
      </div>
    </section>
  )
}
