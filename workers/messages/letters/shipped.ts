import type { LetterOrder } from "../../../db/messages.ts"
import type { Letter } from "../letter.ts"

/** `parcel` counts the order's parcels from 0. */
export function shippedLetter(order: LetterOrder, parcel: number): Omit<Letter, "link"> {
  const shipment = order.shipments[parcel]
  if (!shipment) throw new Error(`order ${order.orderId} has no parcel ${parcel}`)
  const { carrier, trackingNumber } = shipment
  return {
    subject: `Order ${order.orderNumber} is on its way`,
    title: parcel === 0 ? "It’s on its way." : "A further parcel is on its way.",
    paragraphs: [
      `A parcel of order ${order.orderNumber} has left us with ${carrier}. Its tracking number is ${trackingNumber}.`,
    ],
    rows: [],
  }
}
