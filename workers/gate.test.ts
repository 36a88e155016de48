import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { MemorySql } from "../durable-objects/memory-sql.ts"
import { Room } from "../durable-objects/room/room.ts"
import { RoomStore } from "../durable-objects/room/room-store.ts"
import { FLUSH_HORIZON_MS } from "../waiting-room/controller.ts"
import { issuePass } from "../waiting-room/pass.ts"
import { encodeBase64Url, importKeyRing, signToken } from "../waiting-room/signed-token.ts"
import { issueTicket } from "../waiting-room/ticket.ts"
import { app } from "./app.ts"
import type { Env } from "./environment.ts"
import { background, stageOf as stageWith } from "./line/stage.ts"
import type { OpenRoom, Stage as StageWith } from "./line/stage.ts"
import { answerHoldCall, isHoldCall } from "./purchase/hold-call.ts"

/**
 * The whole Worker's routes over a real room, with ledgers and lanes that only note who asks them: whatever is refused
 * at the gate must not have asked any.
 */

type Stage = StageWith<Room>

/** Calls that came past the gate: `STOCK.take`, `CHECKOUT.open`. */
const past: string[] = []

const openRoom: OpenRoom<Room> = (draw, nowMs) => {
  const sql = new MemorySql()
  const store = new RoomStore(sql)
  store.migrate()
  const scheduled = { ...draw, paused: false, endedAtMs: null, termsVersion: 1 }
  store.saveSale(scheduled)
  return new Room(sql, store, scheduled, nowMs)
}

/** Objects of one kind, any of them: each call is noted, and finds nothing there. */
function watched(kind: string) {
  const stub = new Proxy(
    {},
    {
      get: (_, method) => async () => {
        past.push(`${kind}.${String(method)}`)
        return null
      },
    },
  )
  return { getByName: () => stub }
}

async function stageOf(): Promise<Stage> {
  const stage = await stageWith(openRoom)
  Object.assign(stage.env, {
    STOCK: watched("STOCK"),
    STOCK_LANES: watched("STOCK_LANES"),
    CHECKOUT: watched("CHECKOUT"),
  })
  return stage
}

const context = {
  waitUntil: (work: Promise<unknown>) => void background.push(work),
  passThroughOnException: () => {},
  props: {},
} as unknown as ExecutionContext

interface Asked {
  cookie?: string
  headers?: Record<string, string>
  body?: unknown
  form?: Record<string, string>
}

/** As `index.ts` does it: the hold call in front of the router. */
async function ask(env: Env, method: string, path: string, { cookie, headers, body, form }: Asked = {}) {
  const request = new Request(`http://shop.test${path}`, {
    method,
    headers: {
      ...(cookie && { cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(form && { body: new URLSearchParams(form) }),
  })
  const response = await (isHoldCall(request)
    ? answerHoldCall(request, env, context)
    : app.fetch(request, env, context))
  const text = await response.text()
  const { status, headers: answered } = response
  const code = text.startsWith("{") ? ((JSON.parse(text) as { code?: string }).code ?? "") : ""
  const cookies = answered.getSetCookie().map((set) => set.split(";")[0] ?? "")
  return { status, code, text, cookies, location: answered.get("location") ?? "" }
}

/** Joins, and waits until the bell has rung and the line has moved. */
async function ticketOn(stage: Stage, cookie = "") {
  const joined = await ask(stage.env, "POST", `/api/sales/${stage.saleId}/tickets`, { cookie })
  const { ticket } = JSON.parse(joined.text) as { ticket: string }
  return { ticket, cookie: [cookie, ...joined.cookies].filter(Boolean).join("; ") }
}

async function openLine(stage: Stage): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_500)
  vi.setSystemTime(stage.opensAtMs + FLUSH_HORIZON_MS)
  stage.room.tick(new Map([["MUG-1", { available: 40, held: 0, sold: 0 }]]), Date.now())
}

interface Admitted {
  ticket: string
  pass: string
  cookie: string
}

/** Two who came before the bell, and are in. */
async function admittedTwo(stage: Stage): Promise<[Admitted, Admitted]> {
  const joined = [await ticketOn(stage), await ticketOn(stage)] as const
  await openLine(stage)
  const enter = async ({ ticket, cookie }: { ticket: string; cookie: string }): Promise<Admitted> => {
    const path = `/api/sales/${stage.saleId}/passes`
    const entered = await ask(stage.env, "POST", path, { cookie, body: { ticket } })
    const { pass } = JSON.parse(entered.text) as { pass: string }
    return { ticket, pass, cookie: [cookie, ...entered.cookies].join("; ") }
  }
  return [await enter(joined[0]), await enter(joined[1])]
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  past.length = 0
})
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(30_000)
  await Promise.all(background.splice(0))
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** What anyone may read or do, with or without a session. */
const PUBLIC = [
  "GET /",
  "GET /*",
  "GET /_components",
  "GET /api/openapi.json",
  "GET /api/products",
  "GET /api/products/:slug",
  "GET /api/sales",
  "GET /api/sales/:saleId",
  "GET /api/sales/:saleId/board",
  "GET /api/sales/:saleId/draw",
  "GET /api/sales/:saleId/draw/proof",
  "GET /api/sales/:saleId/draw/tickets",
  "GET /api/sales/:saleId/challenge",
  "GET /assets/*",
  "GET /buy",
  "GET /favicon.svg",
  "GET /healthz",
  "GET /media/:key",
  "GET /merchant",
  "GET /products",
  "GET /products/:slug",
  "GET /readyz",
  "GET /robots.txt",
  "GET /sales",
  "GET /sales/:saleId",
  "GET /sales/:saleId/calendar.ics",
  "GET /sales/:saleId/draw",
  "GET /sales/:saleId/line",
  "GET /theme/:name",
  "POST /api/sales/:saleId/tickets",
  "POST /merchant/sign-out",
  "POST /sales/:saleId/join",
]

/** What everything else says to a caller with nothing in hand: a status, and a code or where the way leads. */
const REFUSALS: Record<string, [status: number, codeOrPlace: string]> = {
  "POST /api/sales/:saleId/passes": [403, "ticket_invalid"],
  "POST /api/holds": [403, "pass_required"],
  "GET /api/holds/:holdId": [404, "hold_not_found"],
  "DELETE /api/holds/:holdId": [404, "hold_not_found"],
  "POST /api/checkouts": [403, "pass_required"],
  "DELETE /api/checkouts/:orderId": [404, "order_not_found"],
  "GET /api/orders/:orderId": [404, "order_not_found"],
  "POST /webhooks/stripe": [400, "signature_invalid"],
  "GET /sales/:saleId/inside": [303, "/line"],
  "POST /sales/:saleId/enter": [303, "/line"],
  "POST /buy": [303, "/line"],
  "GET /checkout/:holdId": [404, ""],
  "POST /checkout/:holdId": [404, ""],
  "POST /checkout/:holdId/give-back": [404, ""],
  "GET /pay/:orderId": [404, ""],
  "POST /pay/:orderId/cancel": [404, ""],
  "GET /orders/:orderId": [404, ""],
  "POST /merchant/sign-in": [401, ""],
  "GET /merchant/rehearsal": [303, "/merchant"],
  "GET /merchant/sales": [303, "/merchant"],
  "GET /merchant/sales/:saleId": [303, "/merchant"],
  "GET /merchant/sales/:saleId/:control": [303, "/merchant"],
  "POST /merchant/sales/:saleId/:control": [303, "/merchant"],
  "GET /merchant/sales/:saleId/audit": [303, "/merchant"],
}

/** Every route of the router, without the patterns of its parameters. A call of the merchant's API is told by its path. */
const routes = [
  ...new Set(
    app.routes
      .filter(({ method }) => method !== "ALL") // Middleware.
      .map(({ method, path }) => `${method} ${path.replaceAll(/\{[^/]*\}/g, "")}`),
  ),
]
const refusalOf = (route: string) =>
  / \/merchant\/api\//.test(route) ? ([401, "unauthorized"] as const) : REFUSALS[route]

describe("hazard 25: every route of the Worker", () => {
  test("is public by the list here, or has a refusal here, and not both", () => {
    expect(routes.filter((route) => PUBLIC.includes(route) === (refusalOf(route) !== undefined))).toEqual([])
    expect([...PUBLIC, ...Object.keys(REFUSALS)].filter((route) => !routes.includes(route))).toEqual([])
  })

  test.each(routes.filter((route) => !PUBLIC.includes(route)))(
    "%s refuses a caller with nothing in hand",
    async (route) => {
      const stage = await stageOf()
      const { ticket } = await ticketOn(stage)
      await openLine(stage)
      const [method = "", pattern = ""] = route.split(" ")
      const values: Record<string, string> = {
        saleId: stage.saleId,
        control: "end",
        holdId: "MUG-1~1",
        orderId: `ord_${"A".repeat(22)}`,
        sku: "MUG-1",
        id: crypto.randomUUID(),
      }
      const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? name)
      const items = [{ sku: "MUG-1", quantity: 1 }]
      const bodies: Record<string, unknown> = {
        "/api/holds": { items, saleId: stage.saleId },
        "/api/checkouts": { items, saleId: stage.saleId, email: "a@example.com" },
        [`/api/sales/${stage.saleId}/passes`]: { ticket },
      }
      const form = { sku: "MUG-1", quantity: "1", saleId: stage.saleId, token: "guessed" }
      const body = bodies[path]
      const sent = body !== undefined ? { body } : method === "POST" ? { form } : {}
      const answer = await ask(stage.env, method, path, { ...sent, headers: { "idempotency-key": "k" } })
      const [status, codeOrPlace] = refusalOf(route) ?? [0, ""]
      expect(answer.status, answer.text).toBe(status)
      if (status === 303) expect(answer.location.endsWith(codeOrPlace)).toBe(true)
      else expect(answer.code).toBe(codeOrPlace)
      expect(past).toEqual([])
    },
  )
})

const keyText = (seed: number) => encodeBase64Url(new Uint8Array(32).fill(seed))
const ring = await importKeyRing(`a:${keyText(7)}`) // The stage's own.
const otherKey = await importKeyRing(`a:${keyText(8)}`)
const unknownKey = await importKeyRing(`b:${keyText(7)}`)

describe("hazard 24: every gated call", () => {
  /** Passes that must let nobody in, for the session with that cookie. */
  async function badPasses(stage: Stage, mine: Admitted, theirs: Admitted) {
    const bearer = /spillway_session=([^;]+)/.exec(mine.cookie)?.[1] ?? ""
    const other = await stageOf()
    const facts = {
      saleId: stage.saleId,
      passId: crypto.randomUUID(),
      ticketId: "t",
      subject: "s",
      expiresAtMs: Date.now() + 60_000,
    }
    const [head, kid, payload, signature] = mine.pass.split(".")
    const changed = { sale: stage.saleId, id: "p", tid: "t", sub: "s", exp: Date.now() + 9e9 }
    const longer = encodeBase64Url(new TextEncoder().encode(JSON.stringify(changed)))
    return {
      "another session's": theirs.pass,
      "another sale's": await issuePass(ring, { ...facts, saleId: other.saleId }, bearer),
      "an expired one": await issuePass(ring, { ...facts, expiresAtMs: Date.now() }, bearer),
      "signed with another key": await issuePass(otherKey, facts, bearer),
      "signed with a key that is off the ring": await issuePass(unknownKey, facts, bearer),
      "signed for nobody": await issuePass(ring, facts, ""),
      "the ticket": mine.ticket,
      "the session": bearer,
      "another kind of token with a pass's facts": await signToken(ring, "order", changed, bearer),
      "with a longer life": [head, kid, longer, signature].join("."),
      "without its signature": [head, kid, payload, ""].join("."),
      "with half its signature": [head, kid, payload, signature?.slice(0, 20)].join("."),
      "of another version": ["v2", kid, payload, signature].join("."),
      "in capitals": mine.pass.toUpperCase(),
      "with a space behind": `${mine.pass} `,
      "with a fifth part": `${mine.pass}.x`,
      "a word": "none",
    }
  }

  test("refuses whatever is not this session's live pass of this sale, and asks no ledger", async () => {
    const stage = await stageOf()
    const [mine, theirs] = await admittedTwo(stage)
    const bad = await badPasses(stage, mine, theirs)
    const { saleId } = stage
    const items = [{ sku: "MUG-1", quantity: 1 }]
    const withoutPass = mine.cookie.replaceAll(/; spillway_pass_[^;]+/g, "")
    for (const [what, pass] of Object.entries(bad)) {
      const headers = { "idempotency-key": what.replaceAll(/\W/g, "-") }
      const hold = { items, saleId, pass }
      const checkout = { ...hold, email: "a@example.com" }
      const cookie = `${withoutPass}; spillway_pass_${saleId.replaceAll("-", "")}=${encodeURIComponent(pass)}`
      const calls = [
        ask(stage.env, "POST", "/api/holds", { cookie: mine.cookie, headers, body: hold }),
        ask(stage.env, "POST", "/api/checkouts", { cookie: mine.cookie, headers, body: checkout }),
      ]
      for (const answer of await Promise.all(calls))
        expect([answer.status, answer.code], `a pass ${what}`).toEqual([403, "pass_invalid"])
      const form = { sku: "MUG-1", quantity: "1", saleId }
      const pages = [
        ask(stage.env, "GET", `/sales/${saleId}/inside`, { cookie }),
        ask(stage.env, "POST", "/buy", { cookie, form }),
      ]
      for (const answer of await Promise.all(pages))
        expect([answer.status, answer.location], `a pass ${what}`).toEqual([303, `/sales/${saleId}/line`])
    }
    expect(past).toEqual([])
  })

  test("lets the same caller through with the pass: it is the pass that was missing", async () => {
    const stage = await stageOf()
    const [{ cookie, pass }] = await admittedTwo(stage)
    vi.spyOn(console, "error").mockReturnValue() // The ledger that only notes is no ledger.
    const body = { items: [{ sku: "MUG-1", quantity: 1 }], saleId: stage.saleId, pass }
    await ask(stage.env, "POST", "/api/holds", { cookie, headers: { "idempotency-key": "k" }, body })
    expect(past).not.toEqual([])
    const inside = await ask(stage.env, "GET", `/sales/${stage.saleId}/inside`, { cookie })
    expect(inside.status).toBe(200)
  })

  test("the exchange: a ticket that is copied, forged, another sale's or another kind gives no pass", async () => {
    const stage = await stageOf()
    const [owner, thief, other] = [await ticketOn(stage), await ticketOn(stage), await stageOf()]
    await openLine(stage)
    const facts = { saleId: stage.saleId, ticketId: "t", arrivedAtMs: stage.opensAtMs - 1, subject: "s" }
    const attempts: [string, string][] = [
      [thief.cookie, owner.ticket],
      ["", owner.ticket],
      [owner.cookie, (await ticketOn(other, owner.cookie)).ticket],
      [owner.cookie, await issueTicket(ring, facts)],
      [owner.cookie, await issueTicket(otherKey, facts)],
      [owner.cookie, await issueTicket(unknownKey, facts)],
      [owner.cookie, await signToken(ring, "order", { sale: stage.saleId, id: "t", at: 1, sub: "s" })],
      [owner.cookie, /spillway_session=([^;]+)/.exec(owner.cookie)?.[1] ?? ""],
    ]
    for (const [cookie, ticket] of attempts) {
      const answer = await ask(stage.env, "POST", `/api/sales/${stage.saleId}/passes`, {
        cookie,
        body: { ticket },
      })
      expect([answer.status, answer.code]).toEqual([403, "ticket_invalid"])
    }
    expect(stage.calls.exchange).toBe(0)
  })

  test("a replayed exchange gives the pass there is and takes no second place", async () => {
    const stage = await stageOf()
    const [{ cookie, ticket, pass }] = await admittedTwo(stage)
    const again = Array.from({ length: 20 }, () =>
      ask(stage.env, "POST", `/api/sales/${stage.saleId}/passes`, { cookie, body: { ticket } }),
    )
    for (const answer of await Promise.all(again)) {
      expect(answer.status).toBe(200)
      expect((JSON.parse(answer.text) as { pass: string }).pass).toBe(pass)
    }
    expect(stage.room.live(Date.now())).toMatchObject({ active: 2, admitted: 2 })
  })
})
