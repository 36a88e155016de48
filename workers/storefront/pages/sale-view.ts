import type {
  ChallengeKind,
  SaleItem,
  SaleMode,
  SalePhase,
  StockBand,
} from "../../../durable-objects/room/contract.ts"

/** A sale as the pages show it: from the room when it answers, else from the catalog's copy of it. */
export interface SaleView {
  saleId: string
  title: string
  phase: SalePhase
  /** A lottery unless told. */
  mode?: SaleMode
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  holdSeconds: number
  items: readonly SaleItem[]
  stock: Record<string, StockBand>
  /** Null where the room did not answer: the page then leaves the numbers out. */
  line: { joined: number; served: number; pacePerMinute: number } | null
  drawCommitment: string | null
  drawSecret: string | null
  /** What who joins must answer first. */
  challenge: ChallengeKind
}

/** For the script, which reads bands from the board. No SKU has a comma in it. */
export function skuList(items: readonly { sku: string }[]): string {
  return items.map((item) => item.sku).join(",")
}

export interface PieceView {
  productSlug: string
  title: string
  image: string | null
  currency: string
  salePriceCents: number
  priceCents: number
  items: readonly SaleItem[]
}

/** The kinds of piece in a sale: variants of one product are one piece. */
export function piecesOf(items: readonly SaleItem[]): PieceView[] {
  const bySlug = Map.groupBy(items, (item) => item.productSlug)
  return [...bySlug.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const cheapest = group.reduce(
      (least, item) => (item.salePriceCents < least.salePriceCents ? item : least),
      first,
    )
    return [
      {
        productSlug: first.productSlug,
        title: productTitle(group),
        image: first.image,
        currency: cheapest.currency,
        salePriceCents: cheapest.salePriceCents,
        priceCents: cheapest.priceCents,
        items: group,
      },
    ]
  })
}

/** "Kettle, 1 litre" and "Kettle, 2 litres" are variants of "Kettle". */
function productTitle(group: readonly SaleItem[]): string {
  const [first] = group
  if (!first || group.length === 1) return first?.title ?? ""
  const stem = first.title.split(/, | — | · /)[0] ?? first.title
  return group.every((item) => item.title.startsWith(stem)) ? stem : first.title
}

/** The kindest true word for several bands together. */
export function bestBand(bands: readonly (StockBand | undefined)[]): StockBand {
  const order: readonly StockBand[] = ["in_stock", "low", "last_few", "sold_out"]
  return order.find((band) => bands.includes(band)) ?? "sold_out"
}
