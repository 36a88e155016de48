import { describe, expect, it } from "vitest"
import { sampleLine, sampleOrder } from "../../../durable-objects/checkout/sample-order.ts"
import { AuditPage, ConfirmControl, SaleList, SignIn } from "../../merchant/console/pages.tsx"
import { LivePage } from "../../merchant/console/live-page.tsx"
import { MemorySql } from "../../../durable-objects/memory-sql.ts"
import { rehearseSmall } from "../../../durable-objects/room/rehearsed-room.ts"
import { defaultOptions } from "../../../waiting-room/rehearsal/options.ts"
import { readRehearsalForm, rehearsalHref } from "../../merchant/console/rehearsal-form.ts"
import { RehearsalPage } from "../../merchant/console/rehearsal-page.tsx"
import { ENGLISH } from "../languages/choose-language.ts"
import type { LineReading } from "../line/line-reading.ts"
import { PROBLEMS } from "../../http/problem.ts"
import type { ProblemCode } from "../../http/problem.ts"
import { checkFields, EMPTY_FIELDS } from "./checkout-decision.ts"
import { Checkout } from "./checkout.tsx"
import { Components } from "./components.tsx"
import { Home, Sales } from "./home.tsx"
import { Inside } from "./inside.tsx"
import { Invited } from "./invited.tsx"
import { Line, NotInLine } from "./line.tsx"
import { Message } from "./message.tsx"
import { Order } from "./order.tsx"
import { Pay } from "./pay.tsx"
import { Product } from "./product.tsx"
import { Products } from "./products.tsx"
import { sayRefusal } from "./refusals.ts"
import { Sale } from "./sale.tsx"
import type { SaleView } from "./sale-view.ts"

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const HOSTILE = `</title><script>alert("x")</script><img src=x onerror='alert(1)'>`

const names = [
  "main.css",
  "inter.woff2",
  "fraunces.woff2",
  "page.js",
  "sale.js",
  "buy.js",
  "line.js",
  "pay.js",
  "order.js",
  "console.js",
  "join.js",
  "solve.js",
]
const site = {
  shopName: `Kiln ${HOSTILE}`,
  assets: Object.fromEntries(names.map((name) => [name, `/assets/${name}`])),
}

const item = {
  sku: "A-1",
  productSlug: "a",
  title: HOSTILE,
  image: `/media/${HOSTILE}`,
  allotment: 10,
  salePriceCents: 100,
  priceCents: 200,
  currency: "EUR",
  perCustomerLimit: 1,
}

function saleIn(phase: SaleView["phase"]): SaleView {
  return {
    saleId: "5f4e3ff1-9f1e-4b1c-8f5a-0f4be9f5a001",
    title: HOSTILE,
    phase,
    waitingOpensAtMs: NOW_MS - 2,
    opensAtMs: NOW_MS + 60_000,
    closesAtMs: NOW_MS + 120_000,
    holdSeconds: 600,
    items: [item, { ...item, sku: "A-2" }, { ...item, sku: "B-1", productSlug: "b" }],
    stock: { "A-1": "low", "A-2": "sold_out", "B-1": "in_stock" },
    line: { joined: 10, served: 2, pacePerMinute: 3 },
    drawCommitment: "00ff",
    drawSecret: null,
    challenge: "none",
  }
}

const reading: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 10,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 1, highMs: 2 },
  joined: 20,
  served: 3,
  pacePerMinute: 5,
  stock: {},
  opensAtMs: NOW_MS,
  closesAtMs: NOW_MS + 1,
  nowMs: NOW_MS,
}

const card = {
  slug: "a",
  title: HOSTILE,
  brand: HOSTILE,
  image: null,
  priceCents: 100,
  currency: "EUR",
  stock: "low" as const,
  salePriceCents: 50,
}
const lines = [{ sku: "A-1", title: HOSTILE, image: null, quantity: 2, unitPriceCents: 100 }]
const order = sampleOrder({
  status: "inventory_reserved",
  items: [sampleLine("A-1", 2, 100)],
  email: HOSTILE,
  couponCode: HOSTILE,
  shippingMethod: { id: "m", title: HOSTILE },
  shippingAddress: { name: HOSTILE, line1: "1", city: "C", postalCode: "P", country: "NL" },
  holdExpiresAtMs: NOW_MS + 1_000,
  payment: { status: "requires_payment", intentId: null, declineMessage: HOSTILE },
})
const ticket = { ticketId: "t", arrivedAtMs: NOW_MS, rank: 3 }
const hold = { holdId: "h", currency: "EUR", expiresAtMs: NOW_MS + 1_000 }
const checkout = { site, hold, lines, nowMs: NOW_MS, productSlug: HOSTILE, trouble: null }
const typed = { ...EMPTY_FIELDS, email: HOSTILE, name: "Ada" }
const consoleSale = {
  ...saleIn("open"),
  admission: { perMinute: 600, maxActive: 50, passMinutes: 5 },
  holdSeconds: 300,
}
const live = {
  saleId: "s",
  phase: "open" as const,
  nowMs: NOW_MS,
  joined: 1,
  waiting: 1,
  admitted: 1,
  active: 1,
  limit: "rate" as const,
  pacePerMinute: 1,
  available: -1,
  held: 1,
  sold: 1,
  revenueCents: 1,
  currency: "EUR",
  payments: { confirmed: 1, failed: 0, successRate: 1 },
  queueLag: { outboxDepth: 1, oldestMs: 100_000, deadLetters: 1 },
  refusals: { not_your_turn: 3 },
  items: [{ sku: "A-1", received: 1, available: -1, held: 1, sold: 1 }],
}
const audit = {
  promises: { P1: { ok: false, checked: 1, says: HOSTILE } },
  differences: [{ promise: "P1", kind: "count_negative", subjects: { sku: HOSTILE }, says: HOSTILE }],
  counts: { skus: 1, pending: 1 },
}
const product = {
  slug: "a",
  title: HOSTILE,
  description: HOSTILE,
  brand: HOSTILE,
  category: [HOSTILE],
  attributes: { [HOSTILE]: HOSTILE },
  images: [],
}
const variant = {
  sku: "A-1",
  title: HOSTILE,
  priceCents: 200,
  currency: "EUR",
  stock: "low" as const,
  salePriceCents: 100,
  perCustomerLimit: 1,
}
const inSale = { saleId: "s", title: HOSTILE, phase: "open" as const, opensAtMs: NOW_MS, skus: ["A-1"] }
const query = { q: HOSTILE, category: HOSTILE, sort: "relevance", cursor: HOSTILE }

const pages = {
  "home, before the bell": (
    <Home
      site={site}
      nowMs={NOW_MS}
      sale={saleIn("waiting")}
      shelves={[{ category: HOSTILE, total: 9, cards: [card] }]}
    />
  ),
  "home, open": <Home site={site} nowMs={NOW_MS} sale={saleIn("open")} shelves={null} />,
  "home, no sale": <Home site={site} nowMs={NOW_MS} sale={null} shelves={[]} />,
  sales: (
    <Sales
      site={site}
      sales={[
        { saleId: "s", title: HOSTILE, opensAtMs: NOW_MS, closesAtMs: NOW_MS, phase: "ended", designs: 1 },
      ]}
    />
  ),
  products: (
    <Products
      site={site}
      query={query}
      found={{ items: [card], total: 1, nextCursor: HOSTILE, categories: [{ value: HOSTILE, count: 1 }] }}
    />
  ),
  "products, none": (
    <Products site={site} query={query} found={{ items: [], total: 0, nextCursor: null, categories: [] }} />
  ),
  "product in a sale": (
    <Product
      site={site}
      product={product}
      variants={[variant, { ...variant, sku: "A-2" }]}
      sale={inSale}
      holdSeconds={600}
    />
  ),
  product: <Product site={site} product={product} variants={[variant]} sale={null} holdSeconds={600} />,
  ...Object.fromEntries(
    (["scheduled", "waiting", "open", "paused", "sold_out_pending", "sold_out", "ended"] as const).flatMap(
      (phase) => [
        [`sale, ${phase}`, <Sale site={site} nowMs={NOW_MS} sale={saleIn(phase)} />],
        [
          `line, ${phase}`,
          <Line
            site={site}
            sale={saleIn(phase)}
            reading={{ ...reading, phase }}
            ticket={ticket}
            pollAfterMs={1}
            refused="room_full"
          />,
        ],
      ],
    ),
  ),
  "not in line": <NotInLine site={site} sale={saleIn("open")} />,
  "not in a draw's line": <NotInLine site={site} sale={{ ...saleIn("open"), mode: "draw" }} />,
  "a first-come sale": (
    <Sale site={site} nowMs={NOW_MS} sale={{ ...saleIn("waiting"), mode: "first_come" }} />
  ),
  "a draw": <Sale site={site} nowMs={NOW_MS} sale={{ ...saleIn("open"), mode: "draw" }} />,
  invited: (
    <Invited
      site={site}
      sale={saleIn("waiting")}
      opensAtMs={NOW_MS + 1}
      nowMs={NOW_MS}
      action="/sales/s/invited/t"
    />
  ),
  inside: (
    <Inside
      site={site}
      sale={saleIn("open")}
      nowMs={NOW_MS}
      passExpiresAtMs={NOW_MS + 1}
      holdKey={() => "k"}
    />
  ),
  checkout: <Checkout {...checkout} fields={EMPTY_FIELDS} errors={{}} />,
  "checkout with errors": <Checkout {...checkout} fields={typed} errors={checkFields(typed)} />,
  pay: (
    <Pay
      site={site}
      order={order}
      lines={lines}
      nowMs={NOW_MS}
      stripeScript="https://js.stripe.com/v3/"
      publishableKey="pk_1"
      clientSecret="s"
      returnUrl="/orders/ord_1"
    />
  ),
  order: (
    <Order
      site={site}
      order={order}
      lines={lines}
      nowMs={NOW_MS}
      cameFromPayment={false}
      payAddress="/pay/ord_1"
      token={null}
    />
  ),
  "order, paid": (
    <Order
      site={site}
      order={{ ...order, status: "confirmed" }}
      lines={lines}
      nowMs={NOW_MS}
      cameFromPayment={true}
      payAddress=""
      token={HOSTILE}
    />
  ),
  refusal: (
    <Message site={site} {...sayRefusal("sold_out", { saleId: "s", productSlug: HOSTILE }, ENGLISH.words)} />
  ),
  components: <Components site={site} nowMs={NOW_MS} />,
  "console sign-in": <SignIn site={site} error={HOSTILE} />,
  "console list": <SaleList site={site} role="owner" sales={[consoleSale]} />,
  "console live": <LivePage site={site} role="owner" sale={consoleSale} live={live} trouble={HOSTILE} />,
  "console confirm": <ConfirmControl site={site} role="owner" sale={consoleSale} control="end" />,
  "console audit": <AuditPage site={site} role="owner" sale={consoleSale} audit={audit} />,
  "console rehearsal": (
    <RehearsalPage
      site={site}
      role="viewer"
      form={readRehearsalForm(new URLSearchParams(rehearsalHref(consoleSale).split("?")[1]))}
      rehearsal={rehearseSmall(new MemorySql(), { ...defaultOptions(), stock: 100 })}
    />
  ),
  "console rehearsal, refused": (
    <RehearsalPage
      site={site}
      role="viewer"
      form={readRehearsalForm(new URLSearchParams({ stock: HOSTILE, curve: HOSTILE, minutes: "300" }))}
      rehearsal={null}
    />
  ),
}

describe.each(Object.entries(pages))("the page %s", async (_name, page) => {
  const markup = String(await page.toString())

  it("has one first heading, one main landmark, a language and a title", () => {
    expect(markup.match(/<h1[ >]/g)).toHaveLength(1)
    expect(markup.match(/<main[ >]/g)).toHaveLength(1)
    expect(markup).toMatch(/<html lang="en" dir="ltr">/)
    expect(markup.match(/<title>/g)).toHaveLength(1)
    expect(markup).toContain('<a class="skip" href="#main">')
  })

  it("lets no title, name or address become markup", () => {
    expect(markup).not.toContain("<script>alert")
    expect(markup).not.toContain("<img src=x")
    expect(markup).not.toMatch(/="[^"]*<\/?(script|img)/)
  })

  it("runs and styles nothing inline, so that its policy can forbid both", () => {
    expect(markup).not.toMatch(/<script(?![^>]* src=)/)
    expect(markup).not.toMatch(/<[^>]*\sstyle=/)
    expect(markup.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[a-z]+[^>]*\son[a-z]+=/)
  })

  it("labels every field", () => {
    for (const [field] of markup.matchAll(/<(?:input|select|textarea)[^>]*>/g)) {
      if (/type="(?:hidden|radio)"/.test(field)) continue
      const id = /\sid="([^"]+)"/.exec(field)?.[1]
      expect(markup, field).toContain(`<label for="${id}">`)
    }
    for (const [radio] of markup.matchAll(/<[^>]*><input type="radio"/g))
      expect(radio).toMatch(/^<label class="choice">/)
  })

  it("names what describes a field only when it is there", () => {
    for (const [, ids] of markup.matchAll(/aria-(?:describedby|labelledby)="([^"]+)"/g)) {
      for (const id of (ids ?? "").split(" ")) expect(markup).toContain(`id="${id}"`)
    }
  })

  it("gives every picture its size before it comes", () => {
    for (const [picture] of markup.matchAll(/<img [^>]*>/g))
      expect(picture).toMatch(/ alt="[^"]*" width="\d+" height="\d+"/)
  })

  it("uses each id once", () => {
    const ids = [...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
  })
})

describe("cached pages", () => {
  it("carry no key of a purchase, so that no two shoppers share one", async () => {
    for (const name of ["product", "product in a sale"] as const)
      expect(String(await pages[name].toString())).not.toContain('name="key"')
  })
})

describe("the waiting room without script", () => {
  it("reads itself again while there is something to wait for, and not after", async () => {
    const open = pages as Record<string, { toString(): string | Promise<string> }>
    expect(await open["line, open"]?.toString()).toContain(
      '<noscript><meta http-equiv="refresh" content="5"/></noscript>',
    )
    expect(await open["line, sold_out"]?.toString()).not.toContain("http-equiv")
  })
})

describe("a refusal", () => {
  it("has words and a way on, whatever its code is", () => {
    for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
      const page = sayRefusal(code, { saleId: "s", productSlug: null }, ENGLISH.words)
      expect(page.words.join(" ").length).toBeGreaterThan(20)
      expect(page.actions.length).toBeGreaterThan(0)
      expect(`${page.title} ${page.words.join(" ")}`).not.toMatch(/oops|error|invalid|!/i)
    }
  })
})
