import { describe, expect, it } from "vitest"
import type { Env } from "../../environment.ts"
import { answerErrors, createRoutes, everyResponse } from "../../http/app.ts"
import { readStaff, signIn, signOut, STAFF_COOKIE } from "../staff.ts"
import { merchantApiRoutes } from "./routes.ts"

const SETTINGS = {
  ENVIRONMENT: "local",
  SHOP_NAME: "Shop",
  CHECKOUT_LANES: "1",
  STRIPE_API_BASE: "",
  STRIPE_JS_URL: "https://js.stripe.com/v3/",
  STRIPE_PUBLISHABLE_KEY: "pk_test_1",
  NEON_SQL_ENDPOINT: "",
  DATABASE_URL: "postgres://u:p@db.example/d",
  STRIPE_SECRET_KEY: "sk_test_1",
  STRIPE_WEBHOOK_SECRET: "whsec_1",
  MERCHANT_TOKENS: "owner:the-owner,staff:the-staff,viewer:the-viewer",
  TOKEN_KEYS: `k1:${"A".repeat(43)}`,
  OPS_TOKEN: "ops-token",
}

/** No bindings: a call that came past its guards would break, and not answer 401 or 403. */
const env = { ...SETTINGS } as unknown as Env

const app = createRoutes()
app.use(everyResponse)
app.route("/", merchantApiRoutes)
app.post("/sign-in/:token", async (c) => c.json(await signIn(c, c.req.param("token"))))
app.post("/sign-out", (c) => {
  signOut(c)
  return c.json(null)
})
app.get("/staff", async (c) => c.json(await readStaff(c)))
answerErrors(app)

const CALLS = Object.entries(
  merchantApiRoutes.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } }).paths ?? {},
).flatMap(([path, methods]) =>
  Object.keys(methods).map((method): [string, string] => [
    method.toUpperCase(),
    path.replaceAll(/\{\w+\}/g, "x"),
  ]),
)

async function ask(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: unknown; response: Response }> {
  const response = await app.request(path, { method, headers }, env)
  const body: unknown = await response.clone().json()
  return {
    status: response.status,
    code: body !== null && typeof body === "object" && "code" in body ? body.code : undefined,
    response,
  }
}

async function cookieOf(token: string, settings: Env = env): Promise<string> {
  const response = await app.request(`/sign-in/${token}`, { method: "POST" }, settings)
  return response.headers.get("set-cookie")?.split(";")[0] ?? ""
}

async function read(cookie: string, settings: Env = env): Promise<unknown> {
  return (await app.request("/staff", { headers: { cookie } }, settings)).json()
}

describe("a merchant's call", () => {
  it("is one of many", () => {
    expect(CALLS.length).toBeGreaterThan(15)
  })

  it.each(CALLS)("%s %s is refused without a genuine token", async (method, path) => {
    for (const headers of [
      {},
      { authorization: "Bearer wrong" },
      { authorization: "Basic dGhlLW93bmVy" },
      { authorization: "the-owner" },
    ]) {
      const { status, code, response } = await ask(method, path, headers as Record<string, string>)
      expect([status, code, response.headers.get("cache-control")]).toEqual([401, "unauthorized", "no-store"])
    }
  })

  it.each(CALLS.filter(([method]) => method !== "GET"))(
    "%s %s is refused to viewers before its body is looked at",
    async (method, path) => {
      expect(await ask(method, path, { authorization: "Bearer the-viewer" })).toMatchObject({
        status: 403,
        code: "forbidden",
      })
    },
  )

  it("of the owner is refused to staff", async () => {
    for (const verb of ["end", "replenish"]) {
      expect(
        await ask("POST", `/merchant/api/sales/x/${verb}`, { authorization: "Bearer the-staff" }),
      ).toMatchObject({ status: 403 })
    }
    expect(
      await ask("POST", "/merchant/api/sales/x/pause", { authorization: "Bearer the-staff" }),
    ).toMatchObject({ code: "sale_not_found" })
  })

  it("goes by the console's cookie where there is no bearer, and not where a wrong one is", async () => {
    const cookie = await cookieOf("the-staff")
    expect(await ask("GET", "/merchant/api/sales/x", { cookie })).toMatchObject({ code: "sale_not_found" })
    expect(await ask("POST", "/merchant/api/sales/x/end", { cookie })).toMatchObject({ code: "forbidden" })
    expect(
      await ask("GET", "/merchant/api/sales/x", { cookie, authorization: "Bearer wrong" }),
    ).toMatchObject({ code: "unauthorized" })
  })
})

describe("the staff cookie", () => {
  it("carries the role of the token it was made with, out of reach of scripts", async () => {
    expect(await read(await cookieOf("the-viewer"))).toBe("viewer")
    const response = await app.request("/sign-in/the-owner", { method: "POST" }, env)
    expect(response.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/)
  })

  it("is not given for a wrong token", async () => {
    expect(await cookieOf("wrong")).toBe("")
  })

  it("is nothing when it is altered, of another kind, or made by another key", async () => {
    const cookie = await cookieOf("the-owner")
    expect(await read(`${cookie.slice(0, -2)}AA`)).toBeNull()
    expect(await read(`${STAFF_COOKIE}=owner`)).toBeNull()
    const otherKey = { ...env, TOKEN_KEYS: `k1:${"B".repeat(42)}A` }
    expect(await read(await cookieOf("the-owner", otherKey))).toBeNull()
  })

  it("ends with its token", async () => {
    const cookie = await cookieOf("the-owner")
    expect(await read(cookie, { ...env, MERCHANT_TOKENS: "owner:another" })).toBeNull()
    expect(await read(cookie, { ...env, MERCHANT_TOKENS: "viewer:the-owner" })).toBeNull()
  })

  it("is taken away at sign-out", async () => {
    const response = await app.request("/sign-out", { method: "POST" }, env)
    expect(response.headers.get("set-cookie")).toContain(`${STAFF_COOKIE}=; Max-Age=0`)
  })
})
