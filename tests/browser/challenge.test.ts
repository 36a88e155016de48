import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
const addresses = inject("stack")
const merchant = new Merchant(addresses)

describe.skipIf(!executablePath)("joining a line that asks for a check", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
  })
  afterAll(() => browser?.close())

  async function scheduleSale(sku: string, challenge: string): Promise<string> {
    await merchant.addProduct(sku, 5)
    const sale = await merchant.schedule({
      opensAtMs: Date.now() + 3_600_000,
      closesAtMs: Date.now() + 7_200_000,
      items: [{ sku, allotment: 5, salePriceCents: 4_500, perCustomerLimit: 2 }],
      challenge,
    })
    expect(sale.status).toBe(201)
    return sale.body.saleId
  }

  async function openPage(javaScriptEnabled = true): Promise<{ page: Page; troubles: string[] }> {
    const page = await (await browser.newContext({ baseURL: addresses.url, javaScriptEnabled })).newPage()
    const troubles: string[] = []
    page.on("pageerror", (error) => troubles.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error") troubles.push(message.text())
    })
    return { page, troubles }
  }

  it.each(["proof_of_work", "turnstile"])("%s: one press, and the page does the rest", async (challenge) => {
    const saleId = await scheduleSale(`CHECK-${challenge.toUpperCase().replaceAll("_", "-")}`, challenge)
    // From the sale's own page, and from the line's for who has no ticket.
    for (const start of [`/sales/${saleId}`, `/sales/${saleId}/line`]) {
      const { page, troubles } = await openPage()
      await page.goto(start)
      await page.getByRole("button", { name: "Join the line" }).first().click()
      await page.locator("[data-line]").waitFor({ timeout: 60_000 })
      expect(page.url()).toMatch(/\/line$/)
      expect(troubles).toEqual([])
      await page.context().close()
    }
  })

  it("without script the page says that the check needs it", async () => {
    const saleId = await scheduleSale("CHECK-NOSCRIPT", "proof_of_work")
    const { page } = await openPage(false)
    await page.goto(`/sales/${saleId}`)
    expect(await page.locator("main").innerText()).toContain("JavaScript")
    await page.getByRole("button", { name: "Join the line" }).first().click()
    expect(await page.locator("h1").innerText()).toBe("The check was not passed")
    await page.context().close()
  })
})
