import { afterEach, beforeEach, vi } from "vitest"
import { OpenAPIHono } from "@hono/zod-openapi"
import type {
  ArrivalCounts,
  Board,
  PassOutcome,
  RoomApi,
  Sale,
  SaleFacts,
} from "../../durable-objects/room/contract.ts"
import { drawCommitmentOf, earlySecretOf, lotOf } from "../../waiting-room/rank.ts"
import type { Env } from "../environment.ts"
import { answerErrors, everyResponse } from "../http/app.ts"
import type { App } from "../http/app.ts"
import { bearerOf } from "../http/session.ts"
import { answerJoinCall, saleOfJoinCall } from "./join-call.ts"
import { STAGED_SETTINGS } from "../staged-settings.ts"
import { admittedBy } from "./line.ts"
import { lineRoutes } from "./routes.ts"
import { visitOf } from "../http/visit.ts"

/** For tests: the line's routes over a real room. Only the transport between them is left out. */

export const DRAW_SECRET = "draw"
let saleCount = 0

/** A room as the test opens it: what this folder may not import. */
export interface StagedRoom {
  facts(nowMs: number): SaleFacts
  board(nowMs: number): Board
  countArrivals(arrivals: ArrivalCounts): void
  exchange(
    ticket: {
      ticketId: string
      subject: string
      arrivedAtMs: number
      lot: number
      passId: string
      invited?: boolean
    },
    nowMs: number,
  ): PassOutcome
}

export type OpenRoom<Opened extends StagedRoom> = (
  scheduled: { sale: Sale; drawSecret: string; drawCommitment: string; earlySecret: string },
  nowMs: number,
) => Opened

export interface Stage<Opened extends StagedRoom = StagedRoom> {
  env: Env
  saleId: string
  opensAtMs: number
  room: Opened
  /** Calls that reached the room. */
  calls: { read: number; exchange: number; countArrivals: number }
  away: boolean
}

/** Every stage's room, for what one isolate has counted is flushed to all of them. */
const rooms = new Map<string, Pick<RoomApi, "read" | "exchange" | "countArrivals">>()

export const background: Promise<unknown>[] = []
const context = {
  waitUntil: (work: Promise<unknown>) => void background.push(work),
  passThroughOnException: () => {},
  props: {},
}

export async function stageOf<Opened extends StagedRoom>(
  open: OpenRoom<Opened>,
  change: Partial<Sale> = {},
): Promise<Stage<Opened>> {
  const nowMs = Date.now()
  const saleId = `00000000-0000-4000-8000-${String(++saleCount).padStart(12, "0")}`
  const opensAtMs = nowMs + 10_000
  const item = {
    sku: "MUG-1",
    productSlug: "mug",
    title: "Mug",
    image: null,
    allotment: 40,
    salePriceCents: 900,
    priceCents: 1_800,
    currency: "EUR",
    perCustomerLimit: 2,
  }
  const sale: Sale = {
    saleId,
    slug: "mugs",
    title: "Mugs",
    waitingOpensAtMs: nowMs - 1,
    opensAtMs,
    closesAtMs: opensAtMs + 3_600_000,
    items: [item],
    admission: { perMinute: 600, maxActive: 50, passMinutes: 5 },
    holdSeconds: 60,
    ...change,
  }
  const room = open(
    {
      sale,
      drawSecret: DRAW_SECRET,
      drawCommitment: await drawCommitmentOf(DRAW_SECRET),
      earlySecret: await earlySecretOf(DRAW_SECRET),
    },
    nowMs,
  )
  const stage = {
    saleId,
    opensAtMs: sale.opensAtMs,
    room,
    calls: { read: 0, exchange: 0, countArrivals: 0 },
    away: false,
  } as Stage<Opened>
  const answering = () => {
    if (stage.away) throw new Error("network connection lost")
  }
  const api: Pick<RoomApi, "read" | "exchange" | "countArrivals"> = {
    async read() {
      stage.calls.read += 1
      answering()
      return { facts: room.facts(Date.now()), board: room.board(Date.now()) }
    },
    async exchange(ticket) {
      stage.calls.exchange += 1
      answering()
      const secret = ticket.invited ? await earlySecretOf(DRAW_SECRET) : DRAW_SECRET
      return room.exchange(
        { ...ticket, lot: await lotOf(secret, ticket.ticketId), passId: crypto.randomUUID() },
        Date.now(),
      )
    },
    async countArrivals(arrivals) {
      stage.calls.countArrivals += 1
      answering()
      room.countArrivals(arrivals)
    },
  }
  rooms.set(saleId, api)
  const nobody = { read: async () => null }
  stage.env = {
    ROOM: { getByName: (name: string) => rooms.get(name) ?? nobody },
    ...STAGED_SETTINGS,
  } as unknown as Env
  return stage
}

const app = new OpenAPIHono<App>()
app.use(everyResponse)
app.route("/", lineRoutes)
app.post("/check/:saleId", async (c) => {
  const asked = { saleId: c.req.param("saleId"), pass: await c.req.text(), bearer: bearerOf(visitOf(c)) }
  return c.text((await admittedBy(c.env, asked)) === null ? "pass_invalid" : "valid")
})
answerErrors(app)

/** A browser: keeps its cookies. */
export function shopperOf(stage: Stage, cookies = new Map<string, string>()) {
  const call = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    const headers = {
      ...(init.body ? { "content-type": "application/json" } : {}),
      ...(cookie ? { cookie } : {}),
      ...(init.headers as object),
    }
    const request = new Request(`http://shop.test${path}`, { ...init, headers })
    const joined = saleOfJoinCall(request)
    const response = await (joined === null
      ? app.fetch(request, stage.env, context)
      : answerJoinCall(joined, request, stage.env, context))
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=")
      cookies.set(name, value)
    }
    return { status: response.status, headers: response.headers, body: await readBody(response) }
  }
  const at = (rest: string) => `/api/sales/${stage.saleId}/${rest}`
  return {
    cookies,
    call,
    join: (invitation?: string) =>
      call(at("tickets"), {
        method: "POST",
        ...(invitation !== undefined && { body: JSON.stringify({ invitation }) }),
      }),
    enter: (ticket: unknown) => call(at("passes"), { method: "POST", body: JSON.stringify({ ticket }) }),
    board: () => call(at("board")),
  }
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : { text }
}

/** Each test of the file runs on a model clock from the same moment, and leaves nothing of it under way. */
export function onModelClock(): void {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }))
  afterEach(async () => {
    await vi.advanceTimersByTimeAsync(30_000)
    await Promise.all(background.splice(0))
    vi.useRealTimers()
  })
}
