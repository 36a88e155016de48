import { describe, expect, it } from "vitest"
import { PROBLEMS } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { WORDS } from "../languages/choose-language.ts"
import { LANGUAGE_CODES, LANGUAGES } from "../languages/words.ts"
import type { LineReading } from "../line/line-reading.ts"
import { formatLength } from "../words/time.ts"
import { Inside } from "./inside.tsx"
import { Line } from "./line.tsx"
import { sayRefusal } from "./refusals.ts"
import type { SaleView } from "./sale-view.ts"

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const HOSTILE = `</title><script>alert("x")</script>`

const names = ["main.css", "inter.woff2", "fraunces.woff2", "page.js", "sale.js", "buy.js", "line.js"]
const assets = Object.fromEntries(names.map((name) => [name, `/assets/${name}`]))
const item = {
  sku: "A-1",
  productSlug: "a",
  title: "Mug",
  image: null,
  allotment: 10,
  salePriceCents: 100,
  priceCents: 200,
  currency: "EUR",
  perCustomerLimit: 1,
}
const sale: SaleView = {
  saleId: "5f4e3ff1-9f1e-4b1c-8f5a-0f4be9f5a001",
  title: "Mugs",
  phase: "open",
  waitingOpensAtMs: NOW_MS - 2,
  opensAtMs: NOW_MS - 1,
  closesAtMs: NOW_MS + 120_000,
  holdSeconds: 600,
  challenge: "none",
  items: [item, { ...item, sku: "A-2" }],
  stock: { "A-1": "low", "A-2": "sold_out" },
  line: null,
  drawCommitment: null,
  drawSecret: null,
}
const reading: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 12_345,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 6 * 60_000, highMs: 9 * 60_000 },
  joined: 20_000,
  served: 3,
  pacePerMinute: 5,
  stock: {},
  opensAtMs: NOW_MS,
  closesAtMs: NOW_MS + 1,
  nowMs: NOW_MS,
}
const ticket = { ticketId: "t", arrivedAtMs: NOW_MS, rank: 3 }

describe.each(LANGUAGE_CODES)("the waiting room in %s", async (language) => {
  const words = WORDS[language]
  const theme = {
    stylesheet: "/theme/0f.css",
    logo: { src: "/media/logo.svg", width: 120, height: 32 },
    greeting: { text: HOSTILE, language: "de" as const },
  }
  const spoken = { shopName: "Kiln", assets, speech: { language, words, zone: "Asia/Tokyo" }, theme }
  const line = String(
    await (
      <Line
        site={spoken}
        sale={sale}
        reading={reading}
        ticket={ticket}
        pollAfterMs={42_000}
        refused="room_full"
      />
    ).toString(),
  )

  it("says so, offers the others by their own names, and brings its words to the script", () => {
    expect(line).toContain(`<html lang="${language}" dir="ltr">`)
    for (const [code, name] of Object.entries(LANGUAGES))
      expect(line).toMatch(new RegExp(`href="[^"]*/line\\?lang=${code}" lang="${code}"[^>]*>${name}<`))
    expect(line.match(/aria-current="true"/g)).toHaveLength(1)
    const given = /data-words="([^"]*)"/.exec(line)?.[1]?.replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    expect(JSON.parse((given ?? "").replaceAll("&amp;", "&"))).toEqual(words.live)
  })

  it("has nothing of another language in what it says itself", () => {
    if (language === "en") return
    for (const text of ["ahead of you", "Last heard", "What is left", "Skip to", "in line now", "Open now"])
      expect(line.replaceAll(/data-words="[^"]*"/g, "")).not.toContain(text)
  })

  it("carries the shop's theme: stylesheet, logo with its size, and a greeting that is no markup", () => {
    expect(line).toContain('<link rel="stylesheet" href="/theme/0f.css"/>')
    expect(line).toMatch(
      /<img class="wordmark__logo" alt="" src="\/media\/logo.svg" width="120" height="32"\/>/,
    )
    expect(line).toContain('<p class="soft" lang="de">&lt;/title&gt;')
  })

  it("reads itself again without script as often as a script would look, in the shopper's zone", () => {
    expect(line).toContain('<noscript><meta http-equiv="refresh" content="42"/></noscript>')
    expect(line).toMatch(/21:00:00 ?[^<]*(?:JST|GMT\+9|UTC\+9)/)
  })

  it("goes on inside", async () => {
    const inside = (
      <Inside site={spoken} sale={sale} nowMs={NOW_MS} passExpiresAtMs={NOW_MS + 1} holdKey={() => "k"} />
    )
    const markup = String(await inside.toString())
    expect(markup).toContain(words.inside.heading.replaceAll("'", "&#39;"))
    expect(markup).toContain(formatLength(600, language))
    if (language !== "en") expect(markup).not.toMatch(/Hold one|Choose one|Low stock/)
  })

  it("refuses in it too", () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const page = sayRefusal(code, { saleId: "s", productSlug: "p" }, words)
      expect(page.words.join("").length).toBeGreaterThan(15)
      for (const { label } of page.actions) expect(Object.values(words.ways)).toContain(label)
    }
  })
})
