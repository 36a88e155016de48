import type { Browser, BrowserContext } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
const addresses = inject("stack")
const merchant = new Merchant(addresses)

/** Tickets are sealed ten seconds before the bell. */
const BELL_IN_MS = 15_000

describe.skipIf(!executablePath)("the draw's page", () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
  })
  afterAll(() => browser?.close())

  async function joined(javaScriptEnabled: boolean, saleId: string): Promise<BrowserContext> {
    const context = await browser.newContext({ baseURL: addresses.url, javaScriptEnabled })
    const page = await context.newPage()
    await page.goto(`/sales/${saleId}`)
    await page.getByRole("button", { name: "Join the line" }).click()
    await page.waitForURL(/\/line$/)
    return context
  }

  it("is checked by the shopper's own browser, before the bell and after it, and reads well without script", async () => {
    await merchant.addProduct("DRAW-PAGE", 5)
    const { body } = await merchant.schedule({
      title: "A drawn sale",
      opensAtMs: Date.now() + BELL_IN_MS,
      items: [{ sku: "DRAW-PAGE", allotment: 5, salePriceCents: 1_000, perCustomerLimit: 1 }],
    })
    const [context, plain] = await Promise.all([joined(true, body.saleId), joined(false, body.saleId)])
    const troubles: string[] = []
    const page = await context.newPage()
    page.on("pageerror", (error) => troubles.push(error.message))
    page.on("console", (message) => void (message.type() === "error" && troubles.push(message.text())))
    await page.goto(`/sales/${body.saleId}/line`)
    await page.getByRole("link", { name: /how the draw is made/i }).click()
    await page.getByText("checks hold, and nothing is wrong").waitFor()
    expect(await page.locator("[data-lot]").textContent()).toBe("drawn at the bell")

    // The page stays open, and the bell rings.
    await page.locator("[data-lot]", { hasText: /^0\.\d+/ }).waitFor({ timeout: 40_000 })
    for (const name of ["The ticket is among those", "Your lot and rank", "It is what was seen of it before"])
      await page.locator("li[data-result=ok]", { hasText: name }).waitFor()
    expect(await page.locator("li[data-result=mismatch]").count()).toBe(0)
    expect(Number(await page.locator("dd[data-rank]").textContent())).toBeLessThan(0)

    const reader = await plain.newPage()
    await reader.goto(`/sales/${body.saleId}/draw`)
    expect(await reader.locator("[data-draw]").isVisible()).toBe(false)
    expect(await reader.locator("[data-lot]").textContent()).toMatch(/^0\.\d+/)
    expect(await reader.getByText("openssl dgst -sha256 -hmac").isVisible()).toBe(true)
    await page.reload()
    await page.getByText("checks hold, and nothing is wrong").waitFor()
    expect(troubles).toEqual([])
  })
})
