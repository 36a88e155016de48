import type { ProblemCode } from "../../http/problem.ts"
import type { Saying, Words } from "../languages/words.ts"

export interface RefusalPage {
  title: string
  words: readonly string[]
  actions: { href: string; label: string }[]
}

/** The API's codes, and what a page says more exactly than they do. */
export type PageRefusal = ProblemCode | "invitation_invalid" | "registration_closed"

type Way = keyof Words["ways"]

/** What is said of a refusal, and where to go from there, the likeliest way first. Ways that lead nowhere are left out. */
const SAYINGS: Partial<Record<PageRefusal, { saying: Saying; ways: readonly Way[] }>> = {
  sold_out: { saying: "sold_out", ways: ["shelves", "sale", "piece"] },
  limit_reached: { saying: "limit_reached", ways: ["piece", "shelves"] },
  pass_required: { saying: "line_first", ways: ["line", "sale"] },
  pass_invalid: { saying: "line_first", ways: ["line", "sale"] },
  ticket_invalid: { saying: "ticket_invalid", ways: ["line", "sale"] },
  invitation_invalid: { saying: "invitation_invalid", ways: ["sale", "shelves"] },
  registration_closed: { saying: "registration_closed", ways: ["sale", "shelves"] },
  challenge_required: { saying: "challenge_required", ways: ["sale", "shelves"] },
  invalid_request: { saying: "invalid_request", ways: ["piece", "shelves"] },
  sale_not_open: { saying: "sale_not_open", ways: ["sale", "shelves"] },
  sale_over: { saying: "sale_over", ways: ["shelves", "sale"] },
  slow_down: { saying: "slow_down", ways: ["piece", "line", "start"] },
  hold_expired: { saying: "hold_expired", ways: ["piece", "sale", "shelves"] },
  hold_not_found: { saying: "hold_not_found", ways: ["shelves"] },
  order_not_found: { saying: "order_not_found", ways: ["shelves"] },
  already_paid: { saying: "already_paid", ways: ["shelves"] },
  payment_unavailable: { saying: "payment_unavailable", ways: ["shelves"] },
  not_found: { saying: "nothing_here", ways: ["shelves", "start"] },
  product_not_found: { saying: "nothing_here", ways: ["shelves", "start"] },
  sale_not_found: { saying: "nothing_here", ways: ["shelves", "start"] },
  sku_not_found: { saying: "nothing_here", ways: ["shelves", "start"] },
  temporarily_unavailable: { saying: "not_right_now", ways: ["piece", "line", "start"] },
  room_full: { saying: "not_right_now", ways: ["piece", "line", "start"] },
  cross_origin: { saying: "cross_origin", ways: ["start"] },
}

/** Refusals that no page can lead to, and what nobody foresaw. */
const UNFORESEEN = { saying: "unforeseen", ways: ["piece", "start"] } as const

/** What a shopper reads when something is refused: what it means, and what to do next. */
export function sayRefusal(
  code: PageRefusal,
  context: { saleId: string | null; productSlug: string | null },
  { sayings, ways: labels }: Pick<Words, "sayings" | "ways">,
): RefusalPage {
  const { saying, ways } = SAYINGS[code] ?? UNFORESEEN
  const { title, words } = sayings[saying]
  return { title, words, actions: ways.flatMap((way) => actionOf(way, context, labels[way])) }
}

function actionOf(
  way: Way,
  { saleId, productSlug }: { saleId: string | null; productSlug: string | null },
  label: string,
): RefusalPage["actions"] {
  const sale = saleId === null ? null : `/sales/${saleId}`
  const hrefs: Record<Way, string | null> = {
    line: sale && `${sale}/line`,
    sale,
    piece: productSlug === null ? null : `/products/${encodeURIComponent(productSlug)}`,
    shelves: "/products",
    start: "/",
  }
  const href = hrefs[way]
  return href === null ? [] : [{ href, label }]
}
