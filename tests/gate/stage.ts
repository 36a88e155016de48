import { afterEach, beforeEach, vi } from "vitest"
import type { Room } from "../../durable-objects/room/room.ts"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import type { Env } from "../../workers/environment.ts"
import { answerRequest } from "../../workers/front.ts"
import {
  background,
  onModelClock as onLinesModelClock,
  stageOf as stageWith,
} from "../../workers/line/stage.ts"
import type { Stage as StageWith } from "../../workers/line/stage.ts"

/**
 * The whole Worker's routes over a real room, with ledgers and lanes that only note who asks them: whatever is refused
 * at the gate must not have asked any.
 */

export type Stage = StageWith<Room>

/** Calls that came past the gate: `STOCK.take`, `CHECKOUT.open`. */
export const past: string[] = []

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

export async function stageOf(): Promise<Stage> {
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

export interface Asked {
  cookie?: string
  headers?: Record<string, string>
  body?: unknown
  form?: Record<string, string>
}

export async function ask(
  env: Env,
  method: string,
  path: string,
  { cookie, headers, body, form }: Asked = {},
) {
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
  const response = await answerRequest(request, env, context)
  const text = await response.text()
  const { status, headers: answered } = response
  const code = text.startsWith("{") ? ((JSON.parse(text) as { code?: string }).code ?? "") : ""
  const cookies = answered.getSetCookie().map((set) => set.split(";")[0] ?? "")
  return { status, code, text, cookies, location: answered.get("location") ?? "" }
}

/** Joins, and waits until the bell has rung and the line has moved. */
export async function ticketOn(stage: Stage, cookie = "") {
  const joined = await ask(stage.env, "POST", `/api/sales/${stage.saleId}/tickets`, { cookie })
  const { ticket } = JSON.parse(joined.text) as { ticket: string }
  return { ticket, cookie: [cookie, ...joined.cookies].filter(Boolean).join("; ") }
}

export async function openLine(stage: Stage): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_500)
  vi.setSystemTime(stage.opensAtMs + FLUSH_HORIZON_MS)
  stage.room.tick(new Map([["MUG-1", { available: 40, held: 0, sold: 0 }]]), Date.now())
}

export interface Admitted {
  ticket: string
  pass: string
  cookie: string
}

/** Two who came before the bell, and are in. */
export async function admittedTwo(stage: Stage): Promise<[Admitted, Admitted]> {
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

/** Model time for a file's tests, and nothing left over from the one before. */
export function onModelClock(): void {
  onLinesModelClock()
  beforeEach(() => void (past.length = 0))
  afterEach(() => void vi.restoreAllMocks())
}
