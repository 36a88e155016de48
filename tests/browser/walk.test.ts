import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
if (!executablePath)
  console.log("No Chromium found: the browser tests are skipped. Install one, or set CHROMIUM_PATH.")

const addresses = inject("stack")
const merchant = new Merchant(addresses)

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  colorScheme: "dark",
}
const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 900 } }

describe.skipIf(!executablePath)("a purchase in a browser", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
  })
  afterAll(() => browser?.close())

  /** A page that fails the test when its scripts or its security policy do. */
  async function openPage(options: BrowserContextOptions): Promise<{ page: Page; troubles: string[] }> {
    const context = await browser.newContext({ ...options, baseURL: addresses.url })
    const page = await context.newPage()
    const troubles: string[] = []
    page.on("pageerror", (error) => troubles.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) troubles.push(message.text())
    })
    return { page, troubles }
  }

  async function scheduleSale(sku: string, change: Record<string, unknown> = {}): Promise<string> {
    await merchant.addProduct(sku, 20, 8_000)
    const sale = await merchant.schedule({
      title: `Sale of ${sku}`,
      opensAtMs: Date.now() + 4_000,
      items: [{ sku, allotment: 10, salePriceCents: 4_500, perCustomerLimit: 2 }],
      ...change,
    })
    expect(sale.status).toBe(201)
    return sale.body.saleId
  }

  async function fillDetails(page: Page): Promise<void> {
    await page.getByLabel("Email").fill("ann@example.com")
    await page.getByLabel("Name", { exact: true }).fill("Ann Example")
    await page.getByLabel("Street and number").fill("1 Quay Street")
    await page.getByLabel("Postal code").fill("10115")
    await page.getByLabel("Town or city").fill("Berlin")
    await page.getByLabel("Country").selectOption("DE")
    await page.getByRole("button", { name: "Go on to payment" }).click()
  }

  async function fillCard(page: Page, number: string): Promise<void> {
    await page.getByLabel(/card number/i).fill(number)
    await page.getByLabel(/expir/i).fill("12 / 34")
    await page.getByLabel(/cvc|security code/i).fill("123")
  }

  for (const [size, options] of [
    ["desk", DESK],
    ["phone", PHONE],
  ] as const) {
    it(`at ${size} width: home, sale, line, inside, hold, checkout, payment, confirmation`, async () => {
      const saleId = await scheduleSale(`WALK-${size.toUpperCase()}`)
      const { page, troubles } = await openPage(options)

      await page.goto("/")
      expect(await page.locator("h1").count()).toBe(1)
      await page.goto(`/sales/${saleId}`)
      await page.getByRole("button", { name: "Join the line" }).first().click()
      await page.waitForURL(/\/line$/)
      // The line moves by itself: nothing is clicked until the shopper is inside.
      await page.waitForURL(/\/inside$/, { timeout: 30_000 })

      await page.getByRole("button", { name: /^Hold one for/ }).click()
      await page.waitForURL(/\/checkout\//)
      expect(await page.getByRole("timer").or(page.getByText("Held for you")).count()).toBeGreaterThan(0)
      await fillDetails(page)
      await page.waitForURL(/\/pay\//)

      await fillCard(page, "4242424242424242")
      await page.getByRole("button", { name: /^Pay/ }).click()
      await page.waitForURL(/\/orders\//)
      await page
        .getByText(/confirmed/i)
        .first()
        .waitFor({ timeout: 20_000 })
      expect(await page.locator("main").innerText()).toMatch(/SP-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/)
      expect(troubles).toEqual([])

      const stock = await merchant.stock(`WALK-${size.toUpperCase()}`)
      expect(stock.body.pools.find((pool) => pool.pool === saleId)).toMatchObject({ sold: 1, held: 0 })
      await page.context().close()
    })
  }

  it("a declined card says so, keeps the hold, and another card pays", async () => {
    await merchant.addProduct("DECLINED", 3, 2_000)
    const { page } = await openPage(DESK)
    await page.goto("/products/product-declined")
    await page.getByRole("button", { name: /^Hold one for/ }).click()
    await page.waitForURL(/\/checkout\//)
    await fillDetails(page)
    await page.waitForURL(/\/pay\//)
    await fillCard(page, "4000000000000002")
    await page.getByRole("button", { name: /^Pay/ }).click()
    await page
      .getByText(/declined/i)
      .first()
      .waitFor()
    await fillCard(page, "4242424242424242")
    await page.getByRole("button", { name: /^Pay/ }).click()
    await page.waitForURL(/\/orders\//)
    await page
      .getByText(/confirmed/i)
      .first()
      .waitFor({ timeout: 20_000 })
    await page.context().close()
  })

  it("details with mistakes come back as they were typed, each mistake beside its field", async () => {
    await merchant.addProduct("MISTAKES", 3, 2_000)
    const { page } = await openPage(PHONE)
    await page.goto("/products/product-mistakes")
    await page.getByRole("button", { name: /^Hold one for/ }).click()
    await page.waitForURL(/\/checkout\//)
    // The way back to the hold is in sight wherever the shopper goes meanwhile.
    await page.goto("/")
    await page.getByRole("link", { name: /Held for you .* go on/ }).click()
    await page.waitForURL(/\/checkout\//)
    await page.getByLabel("Email").fill("not-an-address")
    await page.getByLabel("Town or city").fill("Berlin")
    await page.getByRole("button", { name: "Go on to payment" }).click()
    expect(await page.getByLabel("Email").getAttribute("aria-invalid")).toBe("true")
    expect(await page.getByLabel("Town or city").inputValue()).toBe("Berlin")
    await page.getByRole("button", { name: "Give it back" }).click()
    await expect
      .poll(async () => (await merchant.stock("MISTAKES")).body)
      .toMatchObject({ available: 3, held: 0 })
    await page.goto("/")
    expect(await page.getByRole("link", { name: /Held for you/ }).count()).toBe(0)
    await page.context().close()
  })

  it("the whole way to the payment form works without script", async () => {
    const saleId = await scheduleSale("NO-SCRIPT", { opensAtMs: Date.now() + 1_500 })
    const { page } = await openPage({ ...DESK, javaScriptEnabled: false })
    await page.goto(`/sales/${saleId}`)
    await page.getByRole("button", { name: "Join the line" }).first().click()
    const enter = page.getByRole("button", { name: /enter the sale/i })
    for (let i = 0; i < 30 && !(await enter.isVisible()); i++) {
      await page.waitForTimeout(500)
      await page.goto(`/sales/${saleId}/line`)
    }
    await enter.click()
    await page.waitForURL(/\/inside$/)
    await page.getByRole("button", { name: /^Hold one for/ }).click()
    await page.waitForURL(/\/checkout\//)
    await fillDetails(page)
    await page.waitForURL(/\/pay\//)
    expect(await page.locator("main").innerText()).toContain("Payment needs JavaScript")
    await page.context().close()
  })

  it("the merchant signs in, sees the sale live, and its audit", async () => {
    const saleId = await scheduleSale("CONSOLE")
    const { page, troubles } = await openPage(DESK)
    await page.goto("/merchant")
    await page.getByLabel(/token/i).fill("local-merchant-token")
    await page.getByRole("button", { name: /sign in/i }).click()
    await page.goto("/merchant/sales")
    await page
      .getByRole("link", { name: /Sale of CONSOLE/ })
      .first()
      .click()
    await page.waitForURL(new RegExp(`/merchant/sales/${saleId}`))
    expect(await page.locator("main").innerText()).toMatch(/joined/i)
    await page.goto(`/merchant/sales/${saleId}/audit`)
    expect(await page.locator("main").innerText()).toMatch(/P1/)
    expect(troubles).toEqual([])
    await page.context().close()
  })
})
