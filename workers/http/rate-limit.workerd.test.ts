import { env as bindings } from "cloudflare:workers"
import { describe, expect, test } from "vitest"
import type { Env } from "../environment.ts"
import { STAGED_SETTINGS } from "../staged-settings.ts"
import { answerErrors, createRoutes, everyResponse } from "./app.ts"
import { limitCalls } from "./rate-limit.ts"
import { ensureSession } from "./session.ts"
import { visitOf } from "./visit.ts"

/** The platform's own limiters, five a minute each, in front of what begins a session. */

/** A minute may turn while a test runs, so more than two minutes' worth is asked for. */
const ASKED = 12

const app = createRoutes()
app.use(everyResponse)
app.post("/begin", async (c) => c.text(await ensureSession(visitOf(c))))
app.post("/enter", async (c) => {
  await limitCalls(c.env, "enter", await ensureSession(visitOf(c)))
  return c.text("entered")
})
answerErrors(app)

const env = { ...bindings, ...STAGED_SETTINGS, ENVIRONMENT: "staging" } as unknown as Env

async function ask(path: string, address: string, cookie = "") {
  const headers = { "cf-connecting-ip": address, ...(cookie && { cookie }) }
  const response = await app.request(`http://shop.test${path}`, { method: "POST", headers }, env)
  const text = await response.text()
  const code = text.startsWith("{") ? (JSON.parse(text) as { code: string }).code : ""
  return { status: response.status, code, headers: response.headers }
}

describe("hazard 28: the limits of the platform", () => {
  test("sessions that one address begins are limited; another address, and who has a session, are not", async () => {
    const first = await ask("/begin", "192.0.2.1")
    const cookie = first.headers.getSetCookie()[0]?.split(";")[0] ?? ""
    const answers = []
    for (let i = 0; i < ASKED; i++) answers.push(await ask("/begin", "192.0.2.1"))
    const refused = answers.find(({ status }) => status === 429)
    expect(refused).toMatchObject({ code: "slow_down" })
    expect(refused?.headers.get("retry-after")).toBe("10")
    expect(refused?.headers.getSetCookie()).toEqual([])
    expect(await ask("/begin", "192.0.2.2")).toMatchObject({ status: 200 })
    for (let i = 0; i < ASKED; i++)
      expect(await ask("/begin", "192.0.2.1", cookie)).toMatchObject({ status: 200 })
  })

  test("calls of one session are limited, whatever address they come from", async () => {
    const cookieOf = async (address: string) =>
      (await ask("/begin", address)).headers.getSetCookie()[0]?.split(";")[0] ?? ""
    const [busy, other] = [await cookieOf("192.0.2.3"), await cookieOf("192.0.2.4")]
    const statuses = []
    for (let i = 0; i < ASKED; i++) statuses.push((await ask("/enter", `192.0.2.${10 + i}`, busy)).status)
    expect(statuses).toContain(429)
    expect(await ask("/enter", "192.0.2.3", other)).toMatchObject({ status: 200 })
  })
})
