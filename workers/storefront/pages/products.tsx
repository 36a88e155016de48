import { Button } from "../components/button.tsx"
import { Field, Select } from "../components/field.tsx"
import { Layout } from "../components/layout.tsx"
import { ProductGrid } from "../components/product-card.tsx"
import type { CardFacts } from "../components/product-card.tsx"
import type { Site } from "../site.ts"
import { countOf } from "../words/money.ts"
import { CatalogAway } from "./home.tsx"

export interface ProductsProps {
  site: Site
  query: { q: string; category: string; sort: string; cursor: string }
  /** Null when the catalog cannot be read at the moment. */
  found: {
    items: readonly CardFacts[]
    total: number
    nextCursor: string | null
    categories: readonly { value: string; count: number }[]
  } | null
}

export const SORTS = [
  { value: "relevance", label: "Best match" },
  { value: "newest", label: "Newest first" },
  { value: "price_asc", label: "Lowest price first" },
  { value: "price_desc", label: "Highest price first" },
] as const

export function Products({ site, query, found }: ProductsProps) {
  const title = query.category || "All pieces"
  return (
    <Layout site={site} title={title} here="products" unlisted={query.q !== "" || query.cursor !== ""}>
      <div class="bounds">
        <h1>{title}</h1>
        <Filters query={query} categories={found?.categories ?? []} />
        {found === null ? <CatalogAway /> : <Found query={query} found={found} />}
      </div>
    </Layout>
  )
}

function Filters({
  query,
  categories,
}: {
  query: ProductsProps["query"]
  categories: readonly { value: string; count: number }[]
}) {
  const known = categories.some((category) => category.value === query.category)
  const options = [
    { value: "", label: "All" },
    ...categories.map((category) => ({
      value: category.value,
      label: `${category.value} (${category.count})`,
    })),
    ...(query.category && !known ? [{ value: query.category, label: query.category }] : []),
  ]
  return (
    <form class="filters" method="get" action="/products" role="search" aria-label="Pieces">
      <Field name="q" label="Search" type="search" value={query.q} plainlyOptional={true} maxlength={100} />
      <Select name="category" label="Category" value={query.category} options={options} />
      <Select name="sort" label="Order" value={query.sort} options={SORTS} />
      <Button tone="quiet">Show</Button>
    </form>
  )
}

function Found({
  query,
  found,
}: {
  query: ProductsProps["query"]
  found: NonNullable<ProductsProps["found"]>
}) {
  if (found.items.length === 0) {
    return (
      <div class="flow">
        <p>Nothing here matches {query.q ? `“${query.q}”` : "this choice"}.</p>
        <p>
          <a href="/products">Show all pieces</a>
        </p>
      </div>
    )
  }
  return (
    <>
      <p class="soft found">{countOf(found.total, "piece", "pieces")}</p>
      <h2 class="unseen">Pieces</h2>
      <ProductGrid cards={found.items} />
      <nav class="pages" aria-label="Pages">
        {query.cursor !== "" && <a href={addressOf(query, "")}>Back to the first</a>}
        {found.nextCursor !== null && (
          <a class="button button--quiet" href={addressOf(query, found.nextCursor)} rel="next">
            More pieces
          </a>
        )}
      </nav>
    </>
  )
}

function addressOf(query: ProductsProps["query"], cursor: string): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, cursor }))
    if (value !== "") parameters.set(name, value)
  return `/products?${parameters.toString()}`
}
