/** The demo sale's facts; when it opens and how it admits is for whoever sets it up. */
export type DemoSale = {
  readonly slug: string
  readonly title: string
  readonly story: string
  readonly items: readonly DemoSaleItem[]
}

export type DemoSaleItem = {
  readonly sku: string
  readonly allotment: number
  readonly salePriceCents: number
  readonly perCustomerLimit: number
}

export const demoSale: DemoSale = {
  slug: "first-firing",
  title: "The First Firing",
  story:
    "Over the winter we took the old kiln down and built it again, brick by brick, with a wider mouth. These are the pieces from its first firing: three days and nights, four tonnes of ash and oak. We price them lower because we were still learning where the heat goes. What comes out of the second firing will cost what it should.",
  // Small enough to sell out in a rehearsal, different enough that the pieces go at different times.
  items: [
    { sku: "TEAPOT-FF-TIDE", allotment: 120, salePriceCents: 9800, perCustomerLimit: 2 },
    { sku: "LAMP-KILN-EMBER", allotment: 60, salePriceCents: 16500, perCustomerLimit: 1 },
    { sku: "MOONJAR-CHALK", allotment: 24, salePriceCents: 26000, perCustomerLimit: 1 },
  ],
}
