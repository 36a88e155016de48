import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest"
import { Merchant } from "../stack/merchant.ts"
import { Shopper } from "../stack/shopper.ts"
import { findChromium, launch } from "./chromium.ts"

/** A draw takes nobody after its bell, and no page goes on offering a place in it. */

const executablePath = findChromium()
const addresses = inject("stack")
const merchant = new Merchant(addresses)
const CLOSED = "Nobody can join it any more"
/** Time to open the pages before the bell. */
const BELL_IN_MS = 8_000

describe.skipIf(!executablePath)("a page of a draw whose bell has rung", () => {
  let browser: Browser
  const saleIds: Record<string, string> = {}
  /** The sales' own pages as a cache has them from before the bell. */
  const kept: Record<string, string> = {}
  let staysOpen: Page

  async function openPage(javaScriptEnabled = true): Promise<Page> {
    return (await browser.newContext({ baseURL: addresses.url, javaScriptEnabled })).newPage()
  }

  async function fromCache(page: Page, name: string): Promise<void> {
    const path = `/sales/${saleIds[name]}`
    await page.route(path, (route) => route.fulfill({ contentType: "text/html", body: kept[name] ?? "" }))
    await page.goto(path)
  }

  const joinButton = (page: Page) => page.getByRole("button", { name: "Join the line" })

  beforeAll(async () => {
    browser = await launch(executablePath ?? "")
    const opensAtMs = Date.now() + BELL_IN_MS
    for (const [name, mode, challenge] of [
      ["draw", "draw", "none"],
      ["checked", "draw", "proof_of_work"],
      ["lottery", "lottery", "none"],
    ] as const) {
      const sku = `BELL-${name.toUpperCase()}`
      await merchant.addProduct(sku, 5)
      const sale = await merchant.schedule({
        opensAtMs,
        items: [{ sku, allotment: 5, salePriceCents: 1_000, perCustomerLimit: 1 }],
        admission: { perMinute: 6_000, maxActive: 100, passMinutes: 10, mode },
        challenge,
      })
      if (sale.status !== 201) throw new Error(JSON.stringify(sale.body))
      saleIds[name] = sale.body.saleId
      kept[name] = await (await fetch(`${addresses.url}/sales/${sale.body.saleId}`)).text()
    }
    staysOpen = await openPage()
    await staysOpen.goto(`/sales/${saleIds["draw"]}/line`)
    await joinButton(staysOpen).waitFor()
    const looker = new Shopper(addresses)
    for (const saleId of Object.values(saleIds)) {
      const board = async () => (await looker.get(`/api/sales/${saleId}/board`)).body
      await vi.waitUntil(async () => (await board())["phase"] === "open", { timeout: 30_000 })
    }
  })
  afterAll(() => browser?.close())

  it.each(["draw", "checked"])("says so, though it came from a cache (%s)", async (name) => {
    const page = await openPage()
    await fromCache(page, name)
    await page.getByRole("status").filter({ hasText: CLOSED }).waitFor()
    expect(await joinButton(page).count()).toBe(0)
    await page.context().close()
  })

  it("says so, though it was open since before it", async () => {
    await staysOpen.getByRole("status").filter({ hasText: CLOSED }).waitFor()
    expect(await joinButton(staysOpen).count()).toBe(0)
  })

  it("without script says so when the button is pressed", async () => {
    const page = await openPage(false)
    await fromCache(page, "draw")
    await joinButton(page).click()
    expect(await page.locator("h1").innerText()).toBe("Registration has closed")
    expect(await page.locator("main").innerText()).toContain(CLOSED)
    await page.context().close()
  })

  it("of a lottery offers its place as before", async () => {
    const page = await openPage()
    await Promise.all([page.waitForResponse(/\/board$/), fromCache(page, "lottery")])
    await joinButton(page).click()
    await page.locator("[data-line]").waitFor()
    await page.context().close()
  })
})
