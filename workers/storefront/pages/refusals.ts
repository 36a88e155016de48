import type { ProblemCode } from "../../http/problem.ts"

export interface RefusalPage {
  title: string
  words: readonly string[]
  actions: { href: string; label: string }[]
}

type Way = "line" | "sale" | "piece" | "shelves" | "start"

interface Saying {
  title: string
  words: readonly string[]
  /** Where to go from here, the likeliest first; ways that lead nowhere in this request are left out. */
  ways: readonly Way[]
}

const LINE_FIRST: Saying = {
  title: "The line comes first",
  words: [
    "This piece is in a sale. Join its line; when your turn comes you can hold it.",
    "If you were inside before, your time there is over.",
  ],
  ways: ["line", "sale"],
}

const NOTHING_HERE: Saying = {
  title: "There is nothing here",
  words: ["The address may be mistyped, or the piece has left the shop."],
  ways: ["shelves", "start"],
}

const NOT_RIGHT_NOW: Saying = {
  title: "Not right now",
  words: [
    "A part of the shop does not answer. It usually takes seconds. What you hold or have paid is safe.",
  ],
  ways: ["piece", "line", "start"],
}

const SAYINGS: Partial<Record<ProblemCode, Saying>> = {
  sold_out: {
    title: "None is free at this moment",
    words: [
      "Every piece is sold or held by somebody who is paying now. Pieces come back when a hold runs out.",
      "Nothing was charged for this.",
    ],
    ways: ["shelves", "sale", "piece"],
  },
  limit_reached: {
    title: "You have your share already",
    words: [
      "This piece is limited for each customer, so that it reaches more people. What you hold or bought before counts.",
    ],
    ways: ["piece", "shelves"],
  },
  pass_required: LINE_FIRST,
  pass_invalid: LINE_FIRST,
  ticket_invalid: {
    title: "This place in line is not yours",
    words: ["Places belong to one browser and one sale. Join the line here; it takes one press."],
    ways: ["line", "sale"],
  },
  challenge_required: {
    title: "The check was not passed",
    words: [
      "This sale asks every browser for a short check before it joins, so that robots don’t fill the line. It needs JavaScript.",
      "Go back to the sale and press the button once more.",
    ],
    ways: ["sale", "shelves"],
  },
  invalid_request: {
    title: "That was not complete",
    words: [
      "Something was missing from what your browser sent. Go back, choose again, and press the button once more.",
    ],
    ways: ["piece", "shelves"],
  },
  sale_not_open: {
    title: "The sale is not open",
    words: ["It has not begun yet, or it is paused. Nothing is lost: your place in its line counts."],
    ways: ["sale", "shelves"],
  },
  sale_over: {
    title: "This sale is over",
    words: ["Its prices are no longer to be had. Nothing was charged for this."],
    ways: ["shelves", "sale"],
  },
  slow_down: {
    title: "One moment, please",
    words: [
      "Very many people are here at once. Wait a few seconds, then go back and try again. Nothing was held and nothing was charged.",
    ],
    ways: ["piece", "line", "start"],
  },
  hold_expired: {
    title: "The hold has run out",
    words: [
      "Its time is over and the piece went back to the shelf, so that somebody else could have it. Nothing was charged for it.",
    ],
    ways: ["piece", "sale", "shelves"],
  },
  hold_not_found: {
    title: "This hold is not here",
    words: [
      "A hold can be seen only in the browser that took it. If that was this one, it has been over for some time.",
    ],
    ways: ["shelves"],
  },
  order_not_found: {
    title: "This order is not here",
    words: ["An order can be seen in the browser that made it, or through its own link."],
    ways: ["shelves"],
  },
  already_paid: {
    title: "It’s paid already",
    words: ["This order is paid, so it cannot be given back here."],
    ways: ["shelves"],
  },
  payment_unavailable: {
    title: "Payments do not answer",
    words: ["Your piece is still held. Try again in a moment; you cannot be charged twice."],
    ways: ["shelves"],
  },
  not_found: NOTHING_HERE,
  product_not_found: NOTHING_HERE,
  sale_not_found: NOTHING_HERE,
  sku_not_found: NOTHING_HERE,
  temporarily_unavailable: NOT_RIGHT_NOW,
  room_full: NOT_RIGHT_NOW,
  cross_origin: {
    title: "That came from another site",
    words: ["For your safety this can be done only from the shop’s own pages."],
    ways: ["start"],
  },
}

/** Refusals that no page can lead to, and what nobody foresaw. */
const UNFORESEEN: Saying = {
  title: "That did not work",
  words: ["The mistake is ours, and it was noted. Nothing was charged by this. Go back and try once more."],
  ways: ["piece", "start"],
}

/** What a shopper reads when something is refused: what it means, and what to do next. */
export function sayRefusal(
  code: ProblemCode,
  context: { saleId: string | null; productSlug: string | null },
): RefusalPage {
  const { title, words, ways } = SAYINGS[code] ?? UNFORESEEN
  return { title, words, actions: ways.flatMap((way) => actionOf(way, context)) }
}

function actionOf(
  way: Way,
  { saleId, productSlug }: { saleId: string | null; productSlug: string | null },
): RefusalPage["actions"] {
  const toSale = (end: string, label: string) =>
    saleId === null ? [] : [{ href: `/sales/${saleId}${end}`, label }]
  const toPiece =
    productSlug === null
      ? []
      : [{ href: `/products/${encodeURIComponent(productSlug)}`, label: "Back to the piece" }]
  const actions: Record<Way, RefusalPage["actions"]> = {
    line: toSale("/line", "Go to the line"),
    sale: toSale("", "About the sale"),
    piece: toPiece,
    shelves: [{ href: "/products", label: "See all pieces" }],
    start: [{ href: "/", label: "To the start" }],
  }
  return actions[way]
}
