import type { SalePhase, StockBand as Band } from "../../../durable-objects/room/contract.ts"
import { Button, ButtonLink } from "../components/button.tsx"
import { Choices } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { Moment } from "../components/moment.tsx"
import { Notice } from "../components/notice.tsx"
import { Phase } from "../components/phase.tsx"
import { Picture } from "../components/picture.tsx"
import { Price } from "../components/price.tsx"
import { StockBand } from "../components/stock-band.tsx"
import type { Site } from "../site.ts"
import { isBeforeBell, isClosed } from "../words/phases.ts"
import { formatLength } from "../words/time.ts"

export interface ProductProps {
  site: Site
  product: {
    slug: string
    title: string
    description: string
    brand: string
    category: readonly string[]
    attributes: Record<string, string>
    images: readonly string[]
  }
  variants: readonly {
    sku: string
    title: string
    priceCents: number
    currency: string
    stock: Band
    salePriceCents: number | null
    perCustomerLimit: number | null
  }[]
  /** The sale this product is in, running or next. */
  sale: { saleId: string; title: string; phase: SalePhase; opensAtMs: number; skus: readonly string[] } | null
  holdSeconds: number
}

export function Product(props: ProductProps) {
  const { site, product } = props
  return (
    <Layout
      site={site}
      title={product.title}
      description={product.description.slice(0, 160)}
      here="products"
      scripts={["sale.js", "buy.js"]}
    >
      <div class="bounds">
        <Crumbs category={product.category} />
        <div class="product" data-sale-id={props.sale?.saleId} data-skus={props.sale?.skus.join(",")}>
          <div class="product__pictures">
            <Picture src={product.images[0] ?? null} alt={product.title} eager={true} />
          </div>
          <div class="product__words flow">
            <p class="soft">{product.brand}</p>
            <h1>{product.title}</h1>
            <Buy {...props} />
            <p class="product__story">{product.description}</p>
            <Attributes attributes={product.attributes} />
          </div>
        </div>
      </div>
    </Layout>
  )
}

function Crumbs({ category }: { category: readonly string[] }) {
  return (
    <nav class="crumbs" aria-label="Where this is">
      <a href="/products">All pieces</a>
      {category.slice(0, 1).map((name) => (
        <a href={`/products?category=${encodeURIComponent(name)}`}>{name}</a>
      ))}
    </nav>
  )
}

function Buy(props: ProductProps) {
  const { variants, sale } = props
  const running = sale !== null && !isBeforeBell(sale.phase) && !isClosed(sale.phase)
  const [first] = variants
  if (!first) return <Notice title="Not on sale at the moment" />
  const allGone = variants.every((variant) => variant.stock === "sold_out")
  const chosen = variants.find((variant) => variant.stock !== "sold_out") ?? first
  return (
    <>
      {sale && <SaleNote {...props} sale={sale} running={running} />}
      {variants.length === 1 && (
        <p class="product__price">
          <VariantPrice variant={first} running={running} large={true} />
          <StockBand band={first.stock} {...(running && { liveSku: first.sku })} />
        </p>
      )}
      <form class="flow" method="post" action="/buy" data-buy="">
        {variants.length > 1 ? (
          <Choices
            name="sku"
            legend="Choose one"
            chosen={chosen.sku}
            choices={variants.map((variant) => ({
              value: variant.sku,
              label: variant.title,
              detail: (
                <span class="choice__facts">
                  <VariantPrice variant={variant} running={running} />
                  <StockBand band={variant.stock} {...(running && { liveSku: variant.sku })} />
                </span>
              ),
            }))}
          />
        ) : (
          <input type="hidden" name="sku" value={first.sku} />
        )}
        <input type="hidden" name="quantity" value="1" />
        <input type="hidden" name="product" value={props.product.slug} />
        {running && <input type="hidden" name="saleId" value={sale.saleId} />}
        {allGone && !running ? (
          <Button disabled={true} wide={true}>
            Sold out
          </Button>
        ) : (
          <Button tone={running ? "now" : "ink"} wide={true}>
            Hold one for {formatLength(props.holdSeconds)}
          </Button>
        )}
        <p class="soft small">{holdWords(props, running, allGone)}</p>
      </form>
    </>
  )
}

function holdWords({ holdSeconds }: ProductProps, running: boolean, allGone: boolean): string {
  if (running)
    return "In this sale the line comes first. If you are not inside yet, this takes you to the line."
  if (allGone) return "Pieces come back when a hold runs out. Look again in a while."
  return `Nothing is paid yet. For ${formatLength(holdSeconds)} nobody else can take it, and you can give it back.`
}

function VariantPrice({
  variant,
  running,
  large,
}: {
  variant: ProductProps["variants"][number]
  running: boolean
  large?: boolean
}) {
  if (running && variant.salePriceCents !== null) {
    return (
      <Price
        cents={variant.salePriceCents}
        currency={variant.currency}
        ordinaryCents={variant.priceCents}
        live={true}
        large={large}
      />
    )
  }
  return <Price cents={variant.priceCents} currency={variant.currency} large={large} />
}

function SaleNote({
  sale,
  running,
  variants,
}: ProductProps & { sale: NonNullable<ProductProps["sale"]>; running: boolean }) {
  const salePriceCents = variants
    .flatMap((variant) => variant.salePriceCents ?? [])
    .toSorted((a, b) => a - b)[0]
  const limit = Math.max(0, ...variants.map((variant) => variant.perCustomerLimit ?? 0))
  return (
    <section class={running ? "notice notice--now" : "notice"} aria-label="Sale">
      <Phase phase={sale.phase} live={true} />
      <p>
        <a href={`/sales/${sale.saleId}`}>{sale.title}</a>
        {running && ": this piece is in the sale."}
        {isClosed(sale.phase) && ": this piece was in the sale. Its price there is no longer to be had."}
        {isBeforeBell(sale.phase) && (
          <>
            : this piece comes into the sale <Moment atMs={sale.opensAtMs} />
            {salePriceCents !== undefined && (
              <>
                , at <Price cents={salePriceCents} currency={variants[0]?.currency ?? "EUR"} />
              </>
            )}
            .
          </>
        )}
        {limit > 0 && !isClosed(sale.phase) && ` ${limit === 1 ? "One" : limit} for each customer.`}
      </p>
      {running && (
        <ButtonLink href={`/sales/${sale.saleId}/line`} tone="quiet">
          Go to the line
        </ButtonLink>
      )}
    </section>
  )
}

function Attributes({ attributes }: { attributes: Record<string, string> }) {
  const entries = Object.entries(attributes)
  if (entries.length === 0) return null
  return (
    <dl class="facts">
      {entries.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
