import { beforeAll, describe, expect, inject, it } from "vitest"
import type { SaleBody } from "./merchant.ts"
import { Shopper } from "./shopper.ts"
import { Clerk } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)

let sale: SaleBody
let line: string

const page = (body: unknown) => (body as { text: string }).text
const languageOf = (markup: string) => /<html lang="([a-z]+)"/.exec(markup)?.[1]
const ticketOf = (markup: string) => /data-ticket-id="([^"]+)"/.exec(markup)?.[1]

beforeAll(async () => {
  await clerk.addProduct("LANGUAGES", 5)
  const items = [{ sku: "LANGUAGES", allotment: 5, salePriceCents: 2_000, perCustomerLimit: 1 }]
  const opensAtMs = Date.now() + 3_600_000
  const scheduled = await clerk.schedule({
    items,
    opensAtMs,
    closesAtMs: opensAtMs + 3_600_000,
    waitingOpensAtMs: Date.now() - 1_000,
  })
  if (scheduled.status !== 201) throw new Error(JSON.stringify(scheduled.body))
  sale = scheduled.body
  line = `/sales/${sale.saleId}/line`
})

async function waiting(): Promise<Shopper> {
  const shopper = new Shopper(addresses)
  await shopper.join(sale.saleId)
  return shopper
}

describe("the waiting room's language", () => {
  it("is what the browser asks for, in line and before", async () => {
    const outside = new Shopper(addresses)
    expect(languageOf(page((await outside.get(line, { "accept-language": "fr-CA,en;q=0.5" })).body))).toBe(
      "fr",
    )
    const inLine = page((await (await waiting()).get(line, { "accept-language": "de" })).body)
    expect(languageOf(inLine)).toBe("de")
    expect(inLine).toContain("In der Verlosung")
  })

  it("is chosen by a link without script, and stays chosen", async () => {
    const shopper = await waiting()
    const chosen = await shopper.get(`${line}?lang=ja`)
    expect(languageOf(page(chosen.body))).toBe("ja")
    expect(shopper.cookies.get("spillway_lang")).toBe("ja")
    expect(chosen.headers.get("cache-control")).toBe("no-store")
    expect(languageOf(page((await shopper.get(line, { "accept-language": "es" })).body))).toBe("ja")
    const nothing = await shopper.get("/nothing-here", { accept: "text/html" })
    expect([nothing.status, languageOf(page(nothing.body))]).toEqual([404, "ja"])
  })

  it("is not chosen by what is no language", async () => {
    const shopper = await waiting()
    for (const lang of ["xx", "", "__proto__", "de%00", "%3Cscript%3E"]) {
      const answer = await shopper.get(`${line}?lang=${lang}`)
      expect([answer.status, languageOf(page(answer.body))]).toEqual([200, "en"])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it("never reaches a page that is cached for everybody", async () => {
    const shopper = await waiting()
    for (const path of ["/", "/sales", `/sales/${sale.saleId}`]) {
      const answer = await shopper.get(`${path}?lang=de`, {
        "accept-language": "de",
        cookie: "spillway_lang=de",
      })
      expect([path, languageOf(page(answer.body))]).toEqual([path, "en"])
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.get("cache-control")).toMatch(/^public/)
    }
  })
})

describe("the waiting room without script", () => {
  it("keeps the place over reloads and languages, and reads itself again within a minute", async () => {
    const shopper = await waiting()
    const markups = []
    for (const path of [line, line, `${line}?lang=es`]) markups.push(page((await shopper.get(path)).body))
    const [ticket] = markups.map(ticketOf)
    expect(ticket).toMatch(/.{10}/)
    for (const markup of markups) {
      expect(ticketOf(markup)).toBe(ticket)
      const seconds = Number(/<noscript><meta http-equiv="refresh" content="(\d+)"/.exec(markup)?.[1])
      expect(seconds).toBeGreaterThanOrEqual(5)
      expect(seconds).toBeLessThanOrEqual(60)
      expect(markup).toMatch(/<p class="unseen" aria-live="polite" data-announce="">[^<]{20}/)
    }
  })
})
