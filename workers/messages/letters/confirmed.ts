import type { LetterOrder } from "../../../db/messages.ts"
import { countryName } from "../../storefront/words/countries.ts"
import { formatMoney } from "../../storefront/words/money.ts"
import type { Letter } from "../letter.ts"

export function confirmedLetter(order: LetterOrder): Omit<Letter, "link"> {
  const money = (cents: number) => formatMoney(cents, order.currency)
  const { discountCents, shippingCents, taxCents } = order
  const goesTo = addressOf(order.shippingAddress)
  return {
    subject: `Order ${order.orderNumber} is confirmed`,
    title: "Yes, it’s yours.",
    paragraphs: [
      `Your payment went through and order ${order.orderNumber} is confirmed. There is nothing more to do: we write again when it is sent.`,
      ...(goesTo === "" ? [] : [`It goes to:\n${goesTo}`]),
    ],
    rows: [
      ...order.items.map(({ title, quantity, unitPriceCents }) => ({
        what: quantity === 1 ? title : `${quantity} × ${title}`,
        amount: money(quantity * unitPriceCents),
      })),
      ...(discountCents > 0 ? [{ what: "Discount", amount: `−${money(discountCents)}` }] : []),
      ...(shippingCents > 0 ? [{ what: "Shipping", amount: money(shippingCents) }] : []),
      ...(taxCents > 0 ? [{ what: "Tax in it", amount: money(taxCents) }] : []),
      { what: "Total", amount: money(order.totalCents), isTotal: true },
    ],
  }
}

function addressOf(address: LetterOrder["shippingAddress"]): string {
  if (!address) return ""
  const { name, line1, line2, postalCode, city, region, country } = address
  const place = [postalCode, city].filter(Boolean).join(" ")
  return [name, line1, line2, place, region, country && countryName(country)].filter(Boolean).join("\n")
}
