import { randomUUID } from "node:crypto"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { findChromium, launch } from "./chromium.ts"

const executablePath = findChromium()
if (!executablePath)
  console.log("No Chromium found: the browser tests are skipped. Install one, or set CHROMIUM_PATH.")

const addresses = inject("stack")
const merchant = new Merchant(addresses)

const SIZES: [string, BrowserContextOptions][] = [
  ["desk", { viewport: { width: 1280, height: 900 } }],
  ["phone", { viewport: { width: 320, height: 700 }, isMobile: true, colorScheme: "dark" }],
  ["desk without script", { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }],
]

/** More stops than any page of the console has before what is looked for. */
const TABS_MAX = 60

describe.skipIf(!executablePath)("prices in the console", () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
  })
  afterAll(async () => {
    await merchant.call("PUT", "/prices/shipping", { methods: [] })
    await browser?.close()
  })

  async function openConsole(options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ ...options, baseURL: addresses.url })
    const page = await context.newPage()
    await page.goto("/merchant")
    await page.getByLabel("API token").fill("local-merchant-token")
    await page.getByRole("button", { name: "Sign in" }).click()
    return page
  }

  /** By the Tab key alone, as who has no pointer. */
  async function tabTo(page: Page, role: "link" | "button" | "textbox" | "radio", name: string | RegExp) {
    const wanted = page.getByRole(role, { name, ...(typeof name === "string" && { exact: true }) }).first()
    for (let tabs = 0; tabs < TABS_MAX; tabs++) {
      if (await wanted.evaluate((element) => element === element.ownerDocument.activeElement)) return
      await page.keyboard.press("Tab")
    }
    throw new Error(`no ${role} ${String(name)} within ${TABS_MAX} presses of Tab`)
  }

  async function type(page: Page, label: string, text: string) {
    await tabTo(page, "textbox", label)
    await page.keyboard.type(text)
  }

  const overflow = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

  for (const [size, options] of SIZES) {
    it(`at ${size}: by keyboard alone, a way of shipping and a coupon are added, mended and ended`, async () => {
      const title = `Parcel ${randomUUID().slice(0, 6)}`
      const code = `KEYS-${randomUUID().slice(0, 6).toUpperCase()}`
      const page = await openConsole(options)
      await tabTo(page, "link", "Prices")
      await page.keyboard.press("Enter")
      await tabTo(page, "link", "Add a way of shipping")
      await page.keyboard.press("Enter")
      await page.getByRole("heading", { name: "A new way of shipping" }).waitFor()
      expect(await overflow(page)).toBe(0)

      await type(page, "Title", title)
      await type(page, "Countries", "Faroe")
      await type(page, "Currency", "EUR")
      await type(page, "1. Price", "4.90")
      await page.keyboard.press("Enter")
      await page.getByText("One field needs another look").waitFor()
      expect(await page.getByLabel("Title").inputValue()).toBe(title)
      expect(await page.getByLabel("Countries").getAttribute("aria-invalid")).toBe("true")
      expect(await overflow(page)).toBe(0)
      await tabTo(page, "link", /Two letters/)
      await page.keyboard.press("Enter")
      await tabTo(page, "textbox", "Countries")
      await page.keyboard.press("ControlOrMeta+A")
      await page.keyboard.type("FO")
      await page.keyboard.press("Enter")
      await page.getByText("The way of shipping is saved").waitFor()
      expect(await overflow(page)).toBe(0)

      await tabTo(page, "link", "Add a coupon")
      await page.keyboard.press("Enter")
      await type(page, "Code", code)
      await tabTo(page, "radio", /some percent/)
      await page.keyboard.press("ArrowDown")
      await type(page, "How much", "12.50")
      await type(page, "Currency", "EUR")
      await page.keyboard.press("Enter")
      await page.getByText("The coupon is saved").waitFor()
      expect((await merchant.call("GET", `/coupons/${code}`)).body).toMatchObject({
        amountOffCents: 1_250,
        currency: "EUR",
      })

      for (const [link, end, sure] of [
        [code, "End this coupon", "End the coupon"],
        [title, "End this way of shipping", "End this way of shipping"],
      ] as const) {
        await page.goto("/merchant/prices")
        await tabTo(page, "link", link)
        await page.keyboard.press("Enter")
        await tabTo(page, "link", end)
        await page.keyboard.press("Enter")
        await tabTo(page, "button", sure)
        expect(await overflow(page)).toBe(0)
        await page.keyboard.press("Enter")
        await page.getByRole("heading", { name: / is ended$/ }).waitFor()
        expect(await page.getByRole("link", { name: link, exact: true }).count()).toBe(0)
      }
      await page.context().close()
    })
  }
})
