import type { ProblemCode } from "../../http/problem.ts"

export interface RefusalPage {
  title: string
  words: string[]
  actions: { href: string; label: string }[]
}

/** What a shopper reads when a purchase is refused: what it means, and what to do next. */
export function sayRefusal(code: ProblemCode, context: { saleId: string | null; productSlug: string | null }): RefusalPage {
  const line = context.saleId === null ? null : { href: `/sales/${context.saleId}/line`, label: "Go to the line" }
  const sale = context.saleId === null ? null : { href: `/sales/${context.saleId}`, label: "About the sale" }
  const piece = context.productSlug === null ? null : { href: `/products/${encodeURIComponent(context.productSlug)}`, label: "Back to the piece" }
  const shelves = { href: "/products", label: "See what is still to be had" }
  const those = (...actions: ({ href: string; label: string } | null)[]): RefusalPage["actions"] => actions.filter((action) => action !== null)
  switch (code) {
    case "sold_out":
      return { title: "None is free at this moment", words: ["Every piece is sold or held by somebody who is paying now. Pieces come back when a hold runs out.", "You were charged nothing."], actions: those(shelves, sale ?? piece) }
    case "limit_reached":
      return { title: "You have your share already", words: ["This piece is limited for each customer, so that it reaches more people. What you hold or bought before counts."], actions: those(piece, shelves) }
    case "pass_required":
    case "pass_invalid":
      return { title: "The line comes first", words: ["This piece is in a sale. Join its line; when your turn comes you can hold it.", "If you were inside before, your time there is over."], actions: those(line, sale) }
    case "ticket_invalid":
      return { title: "This place in line is not yours", words: ["Places belong to one browser and one sale. Join the line here; it takes one press."], actions: those(line, sale) }
    case "invalid_request":
      return { title: "That was not complete", words: ["Something was missing from what your browser sent. Go back, choose again, and press the button once more."], actions: those(piece, { href: "/products", label: "See all pieces" }) }
    case "sale_not_open":
      return { title: "The sale is not open", words: ["It has not begun yet, or it is paused. Nothing is lost: you can join the line as soon as it opens."], actions: those(sale, shelves) }
    case "sale_over":
      return { title: "This sale is over", words: ["Its prices are no longer to be had. You were charged nothing."], actions: those(shelves, sale) }
    case "slow_down":
      return { title: "One moment, please", words: ["Very many people are here at once. Wait a few seconds, then go back and try again. Nothing was held and nothing was charged."], actions: those(piece, line) }
    case "hold_expired":
      return { title: "The hold has run out", words: ["Its time is over and the piece went back to the shelf, so that somebody else could have it. You were charged nothing."], actions: those(piece ?? shelves, sale) }
    case "hold_not_found":
      return { title: "This hold is not here", words: ["A hold can be seen only in the browser that took it. If that was this one, it has been over for some time."], actions: those(shelves) }
    case "order_not_found":
      return { title: "This order is not here", words: ["An order can be seen in the browser that made it, or through its own link."], actions: those(shelves) }
    case "already_paid":
      return { title: "It’s paid already", words: ["This order is paid, so it cannot be given back here."], actions: those(shelves) }
    case "payment_unavailable":
      return { title: "Payments do not answer", words: ["Your piece is still held. Try again in a moment; you cannot be charged twice."], actions: those(shelves) }
    case "not_found":
    case "product_not_found":
    case "sale_not_found":
    case "sku_not_found":
      return { title: "There is nothing here", words: ["The address may be mistyped, or the piece has left the shop."], actions: [{ href: "/products", label: "See all pieces" }, { href: "/", label: "To the start" }] }
    case "temporarily_unavailable":
    case "room_full":
      return { title: "Not right now", words: ["A part of the shop does not answer. It usually takes seconds. What you hold or have paid is safe."], actions: those(piece ?? line, { href: "/", label: "To the start" }) }
    case "cross_origin":
      return { title: "That came from another site", words: ["For your safety this can be done only from the shop’s own pages."], actions: [{ href: "/", label: "To the start" }] }
    default:
      return { title: "That did not work", words: ["The mistake is ours, and it was noted. Nothing was charged by this. Go back and try once more."], actions: those(piece, { href: "/", label: "To the start" }) }
  }
}
