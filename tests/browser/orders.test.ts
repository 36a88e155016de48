import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { Shopper } from "../stack/shopper.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
if (!executablePath)
  console.log("No Chromium found: the browser tests are skipped. Install one, or set CHROMIUM_PATH.")

const addresses = inject("stack")
const merchant = new Merchant(addresses)

const SIZES: [string, BrowserContextOptions][] = [
  ["desk", { viewport: { width: 1280, height: 900 } }],
  ["phone", { viewport: { width: 320, height: 700 }, isMobile: true, colorScheme: "dark" }],
]

describe.skipIf(!executablePath)("orders in the console", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
    await merchant.addProduct("CONSOLE-ORDER", 20, 4_000)
  })
  afterAll(() => browser?.close())

  async function buy(email: string): Promise<string> {
    const shopper = new Shopper(addresses)
    const address = { name: "Ann Example", line1: "1 Quay Street", city: "Berlin", postalCode: "10115" }
    const opened = await shopper.checkout({
      items: [{ sku: "CONSOLE-ORDER", quantity: 2 }],
      email,
      shippingAddress: { ...address, country: "DE" },
    })
    await shopper.pay(opened.body)
    await shopper.orderUntil(opened.body.orderId, ["confirmed"])
    return opened.body.orderNumber
  }

  async function openConsole(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ ...options, baseURL: addresses.url })
    const page = await context.newPage()
    await page.goto("/merchant")
    await page.getByLabel("API token").fill("local-staff-token")
    await page.getByRole("button", { name: "Sign in" }).click()
    return page
  }

  const overflow = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

  for (const [size, options] of SIZES) {
    it(`at ${size} width: found, sent, refunded in part after a second look, and never wider than the screen`, async () => {
      const email = `${size}@example.com`
      const orderNumber = await buy(email)
      const page = await openConsole(options)
      await page.getByRole("link", { name: "Orders" }).click()
      await page.getByLabel("Order number").fill("nobody's")
      await page.getByRole("button", { name: "Find orders" }).click()
      await page.getByText("No order fits.").waitFor()
      await expect
        .poll(async () => {
          await page.goto(`/merchant/orders?email=${email.toUpperCase()}`)
          return page.getByRole("link", { name: orderNumber }).count()
        })
        .toBe(1)
      expect(await overflow(page)).toBe(0)
      await page.getByRole("link", { name: orderNumber }).click()
      await page.getByRole("heading", { name: `Order ${orderNumber}` }).waitFor()
      expect(await overflow(page)).toBe(0)

      await page.getByLabel("Carrier").fill("Harbour Post")
      await page.getByLabel("Tracking number").fill("HP-7")
      await page.getByLabel("Tracking number").press("Enter")
      await page.getByText("Harbour Post, HP-7").waitFor()

      await page.getByLabel(/Amount in EUR/).fill("900")
      await page.getByRole("button", { name: "Look over the refund" }).click()
      await page.getByText("At most €80.00 is left.").waitFor()
      expect(await page.getByLabel(/Amount in EUR/).inputValue()).toBe("900")
      await page.getByLabel(/Amount in EUR/).fill("15.50")
      await page.getByLabel(/units that go back on sale/).fill("1")
      await page.getByRole("button", { name: "Look over the refund" }).click()
      await page.getByRole("heading", { name: "Give back €15.50?" }).waitFor()
      await page.getByText("1 of CONSOLE-ORDER").waitFor()
      expect(await overflow(page)).toBe(0)
      await page.getByRole("button", { name: "Give it back" }).click()
      await page.getByRole("table", { name: "Refunds" }).waitFor()
      expect(await page.getByText("succeeded").count()).toBe(1)

      await page.getByRole("button", { name: "It arrived" }).click()
      await page.getByText("Delivered", { exact: true }).first().waitFor()
      expect(await page.getByRole("link", { name: "Withdraw it" }).count()).toBe(0)
      await page.context().close()
    })
  }

  it("can be withdrawn after a second look", async () => {
    const orderNumber = await buy("withdrawn@example.com")
    const page = await openConsole({})
    await expect
      .poll(async () => {
        await page.goto(`/merchant/orders?orderNumber=${orderNumber}`)
        return page.getByRole("link", { name: orderNumber }).count()
      })
      .toBe(1)
    await page.getByRole("link", { name: orderNumber }).click()
    await page.getByRole("link", { name: "Withdraw it" }).click()
    await page.getByRole("link", { name: "Leave it as it is" }).click()
    await page.getByRole("link", { name: "Withdraw it" }).click()
    await page.getByRole("button", { name: "Withdraw the order" }).click()
    await page.getByText("Refunded", { exact: true }).first().waitFor()
    await page.context().close()
  })
})
