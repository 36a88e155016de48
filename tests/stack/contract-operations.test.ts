import { describe, expect, inject, it } from "vitest"
import { Clerk, expectProblem, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)
const get = (path: string, headers: Record<string, string> = {}) =>
  send(addresses.url, { method: "GET", path, headers })

interface Operation {
  operationId?: string
  parameters?: { name: string; in: string }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: unknown }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>
}

interface Document {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

/** Every call of this release, with a status it must document. */
const CALLS = [
  ["get", "/api/products", "200"],
  ["get", "/api/products/{slug}", "404"],
  ["get", "/api/sales", "200"],
  ["get", "/api/sales/{saleId}", "404"],
  ["get", "/api/sales/{saleId}/board", "200"],
  ["post", "/api/sales/{saleId}/tickets", "409"],
  ["post", "/api/sales/{saleId}/passes", "425"],
  ["post", "/api/holds", "409"],
  ["delete", "/api/holds/{holdId}", "404"],
  ["post", "/api/checkouts", "410"],
  ["delete", "/api/checkouts/{orderId}", "409"],
  ["get", "/api/orders/{orderId}", "404"],
  ["post", "/webhooks/stripe", "400"],
  ["get", "/merchant/api/products", "401"],
  ["post", "/merchant/api/products", "409"],
  ["get", "/merchant/api/products/{id}", "404"],
  ["put", "/merchant/api/products/{id}", "422"],
  ["delete", "/merchant/api/products/{id}", "403"],
  ["get", "/merchant/api/skus/{sku}/stock", "200"],
  ["post", "/merchant/api/skus/{sku}/stock", "409"],
  ["post", "/merchant/api/sales", "422"],
  ["get", "/merchant/api/sales/{saleId}", "200"],
  ["put", "/merchant/api/sales/{saleId}", "422"],
  ["post", "/merchant/api/sales/{saleId}/pause", "200"],
  ["post", "/merchant/api/sales/{saleId}/resume", "200"],
  ["post", "/merchant/api/sales/{saleId}/end", "200"],
  ["post", "/merchant/api/sales/{saleId}/replenish", "409"],
  ["post", "/merchant/api/sales/{saleId}/invitations", "422"],
  ["get", "/merchant/api/sales/{saleId}/live", "200"],
  ["get", "/merchant/api/sales/{saleId}/audit", "200"],
  ["get", "/healthz", "200"],
  ["get", "/readyz", "503"],
] as const

const readDocument = async () => (await get("/api/openapi.json")).body as unknown as Document

describe("operations", () => {
  it("says that the Worker is up", async () => {
    expect((await get("/healthz")).status).toBe(200)
  })

  it("says of every part whether it answers, and nothing of its keys", async () => {
    const ready = await get("/readyz")
    expect(ready.status).toBe(200)
    expect(ready.headers.get("cache-control")).toBe("no-store")
    const text = JSON.stringify(ready.body)
    for (const part of ["objects", "payments", "postgres"]) expect(text).toContain(part)
    expect(text).not.toMatch(/sk_test|whsec|postgres:\/\//)
  })
})

describe("the OpenAPI document", () => {
  it("is 3.1 and has every call of the contract", async () => {
    const answer = await get("/api/openapi.json")
    expect(answer.headers.get("content-type")).toMatch(/application\/json/)
    const document = await readDocument()
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    const missing = CALLS.filter(
      ([method, path, status]) => !document.paths[path]?.[method]?.responses[status],
    )
    expect(missing).toEqual([])
  })

  it("refers to nothing that it does not have", async () => {
    const document = await readDocument()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      (match) => match[1] ?? "",
    )
    expect(references.length).toBeGreaterThan(10)
    for (const reference of references) {
      const found = reference
        .replace(/^#\//, "")
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
      expect(found, reference).toBeDefined()
    }
  })

  it("describes every parameter of every address, every body, and refusals as problems", async () => {
    const { paths } = await readDocument()
    const ids: string[] = []
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const named = (operation.parameters ?? []).filter((one) => one.in === "path").map((one) => one.name)
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "")
        expect(named.toSorted(), `${method} ${path}`).toEqual(inPath.toSorted())
        if (operation.operationId) ids.push(operation.operationId)
        for (const [status, response] of Object.entries(operation.responses)) {
          expect(response.description, `${method} ${path} ${status}`).toBeTruthy()
          if (Number(status) < 400 || path === "/readyz") continue
          expect(Object.keys(response.content ?? {}), `${method} ${path} ${status}`).toEqual([
            "application/problem+json",
          ])
        }
      }
    }
    expect(new Set(ids).size).toBe(ids.length)
    const hold = paths["/api/holds"]?.["post"]
    expect(hold?.requestBody).toMatchObject({ required: true })
    expect((hold?.parameters ?? []).map((one) => one.name.toLowerCase())).toContain("idempotency-key")
  })

  it("lists the codes that refusals may have", async () => {
    const text = JSON.stringify((await readDocument()).components.schemas)
    for (const code of [
      "sold_out",
      "limit_reached",
      "pass_required",
      "hold_expired",
      "slow_down",
      "room_full",
    ])
      expect(text).toContain(`"${code}"`)
  })
})

describe("every response", () => {
  it.each([
    "/api/",
    "/api/nope",
    "/api/products/a/b",
    "/api/holds",
    "/api/orders",
    "/merchant/api",
    "/webhooks/nope",
  ])("to %s, where there is nothing, is a problem", async (path) => {
    const answer = await get(path, { authorization: "Bearer local-merchant-token" })
    expect([404, 405]).toContain(answer.status)
    expect(answer.headers.get("cache-control")).toBe("no-store")
  })

  it.each(["PATCH", "PUT", "TRACE", "PROPFIND"])("to %s, which no call has, is a problem", async (method) => {
    for (const path of ["/api/holds", "/api/products", "/api/openapi.json"]) {
      const answer = await send(addresses.url, { method, path })
      expect([400, 404, 405, 501]).toContain(answer.status)
    }
  })

  it("has a request id of its own", async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await get("/api/sales")).headers.get("x-request-id")),
    )
    expect(new Set(ids).size).toBe(3)
  })

  it("to a forged, foreign or broken session is that to a stranger", async () => {
    const shopper = new Visitor(addresses)
    await clerk.addProduct("OPS-SESSION", 5)
    const hold = await shopper.hold({ items: [{ sku: "OPS-SESSION", quantity: 1 }] })
    const genuine = shopper.cookies.get("spillway_session") ?? ""
    const [version, kid, payload = "", signature = ""] = genuine.split(".")
    const other = Buffer.from(JSON.stringify({ s: "admin" })).toString("base64url")
    const path = `/api/holds/${encodeURIComponent(hold.body.holdId)}`
    const wrong = [
      "x",
      "",
      "a.b.c.d",
      "%00",
      `${version}.${kid}.${other}.${signature}`,
      `${genuine}A`,
      `v1.zz.${payload}.${signature}`,
      "x".repeat(3_000),
    ]
    for (const forged of wrong) {
      const headers = { cookie: `spillway_session=${forged}` }
      expectProblem(await send(addresses.url, { method: "DELETE", path, headers }), 404, "hold_not_found")
    }
    const cookie = `spillway_session=${genuine}`
    expect((await send(addresses.url, { method: "DELETE", path, headers: { cookie } })).status).toBe(200)
  })
})

const WRITES = [
  ["POST", "/api/sales/00000000-0000-4000-8000-000000000000/tickets"],
  ["POST", "/api/sales/00000000-0000-4000-8000-000000000000/passes"],
  ["POST", "/api/holds"],
  ["DELETE", "/api/holds/h_x~OPS"],
  ["POST", "/api/checkouts"],
  ["DELETE", "/api/checkouts/ord_x"],
] as const

describe.each(WRITES)("%s %s", (method, path) => {
  it.each([
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1:1",
    "not a url",
  ])("is nothing for a page of %s", async (origin) => {
    const headers = { origin, "content-type": "application/json", "idempotency-key": "k" }
    expectProblem(await send(addresses.url, { method, path, headers }), 403, "cross_origin")
  })

  it("is there for the shop's own pages", async () => {
    const headers = {
      origin: addresses.url,
      host: new URL(addresses.url).host,
      "content-type": "application/json",
    }
    const answer = await send(addresses.url, { method, path, headers })
    expect((answer.body as { code?: string }).code).not.toBe("cross_origin")
  })
})
