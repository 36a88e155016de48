import { describe, expect, test } from "vitest"
import { KEY_LIFETIME_MS, createKeyStore, decideKey } from "./idempotency.ts"
import { openDatabase } from "./database.ts"
import { startBench } from "./test-bench.ts"

const FORM = "amount=700&currency=usd&metadata[orderId]=o-9"

describe("an idempotency key", () => {
  test("replays the first answer, in whatever order the parameters come", async () => {
    const { post, ledger } = await startBench()
    const first = await post("/v1/payment_intents", FORM, { "Idempotency-Key": "k1" })
    expect(first.headers.get("idempotent-replayed")).toBeNull()
    const second = await post("/v1/payment_intents", "metadata[orderId]=o-9&currency=usd&amount=700", {
      "Idempotency-Key": "k1",
    })
    expect([second.status, second.headers.get("idempotent-replayed"), second.body]).toEqual([
      200,
      "true",
      first.body,
    ])
    expect(second.headers.get("original-request")).toBe(first.headers.get("request-id"))
    expect((await ledger()).counts["intents"]).toBe(1)
  })

  test("refuses other parameters and another endpoint", async () => {
    const { post } = await startBench()
    await post("/v1/payment_intents", FORM, { "Idempotency-Key": "k1" })
    const other = await post("/v1/payment_intents", "amount=800&currency=usd", { "Idempotency-Key": "k1" })
    expect(other).toMatchObject({ status: 400, body: { error: { type: "idempotency_error" } } })
    const elsewhere = await post("/v1/refunds", "payment_intent=pi_1", { "Idempotency-Key": "k1" })
    expect(elsewhere).toMatchObject({ status: 400, body: { error: { type: "idempotency_error" } } })
  })

  test("refuses a second request while the first is under way", async () => {
    const { post, faults, ledger } = await startBench()
    await faults({ api: { slowMs: 700 } })
    const send = () => post("/v1/payment_intents", FORM, { "Idempotency-Key": "k1" })
    const [quick, slow] = (await Promise.all([send(), send()])).sort((a, b) => b.status - a.status)
    expect(quick).toMatchObject({
      status: 409,
      body: { error: { type: "idempotency_error", code: "idempotency_key_in_use" } },
    })
    expect(slow?.status).toBe(200)
    expect((await ledger()).counts["intents"]).toBe(1)
  })

  test("keeps refusals of the business, and forgets requests that never began", async () => {
    const { post } = await startBench()
    const { body } = await post("/v1/payment_intents", FORM)
    const decline = {
      path: `/v1/payment_intents/${body.id}/confirm`,
      form: "payment_method=pm_card_chargeDeclined",
    }
    const declined = await post(decline.path, decline.form, { "Idempotency-Key": "d" })
    const replayed = await post(decline.path, decline.form, { "Idempotency-Key": "d" })
    expect([declined.status, replayed.status, replayed.headers.get("idempotent-replayed")]).toEqual([
      402,
      402,
      "true",
    ])
    expect(
      (await post("/v1/payment_intents", "amount=1&currency=usd", { "Idempotency-Key": "v" })).status,
    ).toBe(400)
    expect((await post("/v1/payment_intents", FORM, { "Idempotency-Key": "v" })).status).toBe(200)
  })

  test("of a shopper does not open the merchant’s answers", () => {
    const use = { path: "/p", fingerprint: "f" }
    expect(decideKey({ ...use, key: "shopper:k" }, undefined, undefined)).toEqual({ kind: "run" })
    expect(decideKey({ ...use, key: `merchant:${"k".repeat(256)}` }, undefined, undefined)).toMatchObject({
      kind: "refused",
    })
  })

  test("is forgotten after a day", () => {
    const keys = createKeyStore(openDatabase(":memory:"))
    keys.keep({
      key: "merchant:k",
      path: "/p",
      fingerprint: "f",
      requestId: "req_1",
      status: 200,
      body: "{}",
      createdAtMs: 1_000,
    })
    expect(keys.find("merchant:k", 1_000 + KEY_LIFETIME_MS - 1)).toMatchObject({ status: 200 })
    expect(keys.find("merchant:k", 1_000 + KEY_LIFETIME_MS)).toBeUndefined()
  })
})
