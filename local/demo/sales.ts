import { demoSale } from "./catalog/catalog.ts"
import type { DemoSale } from "./catalog/catalog.ts"

/**
 * The sales that the demo takes turns with. A sale of an earlier start may still run, with people in its line: it is
 * left alone, and the next start opens another one with other pieces.
 */
export const demoSales: readonly DemoSale[] = [
  demoSale,
  {
    slug: "lamp-room",
    title: "The Lamp Room",
    story:
      "Forty lanterns, hats and carafes from the harbour's old lamp room, at the price of the year it closed.",
    items: [
      { sku: "LANTERN-STORM-MUSTARD", allotment: 20, salePriceCents: 8900, perCustomerLimit: 1 },
      { sku: "HAT-SW-MUSTARD", allotment: 12, salePriceCents: 3900, perCustomerLimit: 2 },
      { sku: "CARAFE-SLACK-CLEAR", allotment: 16, salePriceCents: 3900, perCustomerLimit: 2 },
    ],
  },
  {
    slug: "end-of-season",
    title: "End of the Season",
    story: "The boats come in, the shelves are cleared: boots, boards and glasses for the winter kitchen.",
    items: [
      { sku: "BOOTS-SLIP-KELP-42", allotment: 12, salePriceCents: 8900, perCustomerLimit: 1 },
      { sku: "BOARD-CRUMB-OAK", allotment: 20, salePriceCents: 2900, perCustomerLimit: 2 },
      { sku: "GLASS-EVENING-CLEAR", allotment: 24, salePriceCents: 1500, perCustomerLimit: 4 },
    ],
  },
]

export const demoAdmission = { perMinute: 120, maxActive: 60, passMinutes: 10 }
export const DEMO_HOLD_SECONDS = 600

/** Seconds from the start until the bell; the line is open all the while. */
export const DEMO_OPENS_AFTER_SECONDS = 45
export const DEMO_LASTS_MINUTES = 60
