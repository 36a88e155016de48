import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
const addresses = inject("stack")
const merchant = new Merchant(addresses)

describe.skipIf(!executablePath)("waiting in a browser", () => {
  let browser: Browser
  let saleId = ""

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
    await merchant.addProduct("WAIT-1", 20, 8_000)
    const sale = await merchant.schedule({
      title: "Sale of WAIT-1",
      opensAtMs: Date.now() + 3_600_000,
      waitingOpensAtMs: Date.now(),
      closesAtMs: Date.now() + 7_200_000,
      items: [{ sku: "WAIT-1", allotment: 10, salePriceCents: 4_500, perCustomerLimit: 2 }],
    })
    saleId = sale.body.saleId
  })
  afterAll(() => browser?.close())

  const german = () =>
    browser.newContext({ baseURL: addresses.url, locale: "de-DE", timezoneId: "Asia/Tokyo" })

  /** In line, after the script has looked at the board for the first time. */
  async function inLine(context: BrowserContext): Promise<{ page: Page; looks: () => number }> {
    const page = await context.newPage()
    let looks = 0
    page.on("response", (response) => {
      if (response.url().endsWith("/board")) looks += 1
    })
    await page.goto(`/sales/${saleId}/line`)
    const join = page.getByRole("button", { name: "Anstellen" })
    if ((await join.count()) > 0) await join.click()
    await page.locator("[data-figure]", { hasText: "In der Verlosung" }).waitFor()
    await expect.poll(() => looks).toBe(1)
    return { page, looks: () => looks }
  }

  it("goes on in the reader's language, number forms and zone once the script speaks", async () => {
    const context = await german()
    const { page } = await inLine(context)
    await expect.poll(() => page.locator("[data-heard]").textContent()).toMatch(/^Zuletzt vom Tor gehört um/)
    expect(await page.title()).toMatch(/^In der Verlosung · Sale of WAIT-1/)
    expect(await page.locator("[data-announce]").textContent()).toMatch(/Reihenfolge ausgelost/)
    expect(await page.locator("time[data-local-time=moment]").first().textContent()).toMatch(/Japan/)
    await page.getByRole("link", { name: "Français" }).click()
    await page.locator("[data-figure]", { hasText: "Au tirage" }).waitFor()
    expect(await page.locator("html").getAttribute("lang")).toBe("fr")
    await context.close()
  })

  it("hazard 26: a phone that wakes looks at once, though the bell is far and it would have slept", async () => {
    const context = await german()
    const { page, looks } = await inLine(context)
    for (const woken of [2, 3]) {
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")))
      await expect.poll(looks).toBe(woken)
    }
    await context.close()
  })

  it("hazard 26: a closed tab that is opened again has its place", async () => {
    const context = await german()
    const ticketOf = (page: Page) => page.locator("[data-line]").getAttribute("data-ticket-id")
    const { page } = await inLine(context)
    const before = await ticketOf(page)
    await page.close()
    const again = await context.newPage()
    await again.goto(`/sales/${saleId}/line`)
    expect(await ticketOf(again)).toBe(before)
    await context.close()
  })
})
