import { afterEach, beforeAll, describe, expect, inject, it } from "vitest"
import { DUMMY_TOKEN } from "../../local/turnstile-emulator/siteverify.ts"
import { searchProof } from "../../waiting-room/proof-search.ts"
import type { SaleBody } from "./merchant.ts"
import { Clerk, expectProblem, fieldsOf, send, Visitor } from "./wire.ts"

const addresses = inject("stack")
const clerk = new Clerk(addresses)

interface Asked {
  kind: string
  nonce: string
  bits: number
}

let worked: SaleBody
let checked: SaleBody

async function schedule(sku: string, challenge: string): Promise<SaleBody> {
  await clerk.addProduct(sku, 5)
  const items = [{ sku, allotment: 5, salePriceCents: 2_000, perCustomerLimit: 2 }]
  const sale = await clerk.schedule({ items, challenge })
  expect(sale.status, JSON.stringify(sale.body)).toBe(201)
  expect(sale.body).toMatchObject({ challenge })
  return sale.body
}

beforeAll(async () => {
  worked = await schedule("CHALLENGE-WORK", "proof_of_work")
  checked = await schedule("CHALLENGE-TURNSTILE", "turnstile")
})

const ask = (shopper: Visitor, saleId: string) => shopper.get<Asked>(`/api/sales/${saleId}/challenge`)
const join = (shopper: Visitor, saleId: string, challenge?: unknown) =>
  shopper.call<{ ticket: string; challenge?: Asked }>("POST", `/api/sales/${saleId}/tickets`, {
    ...(challenge !== undefined && { challenge }),
  })
const solve = ({ nonce, bits }: Asked) => ({
  nonce,
  counter: searchProof(nonce, bits, { from: 0, count: 50_000_000 }),
})
const setFaults = async (faults: object) => {
  const response = await fetch(`${addresses.turnstileUrl}/_faults`, {
    method: "POST",
    body: JSON.stringify(faults),
  })
  expect(response.status).toBe(200)
}

describe("a sale with a challenge", () => {
  it("says so in its public facts, and keeps what was scheduled", async () => {
    const shopper = new Visitor(addresses)
    for (const [{ saleId }, challenge] of [
      [worked, "proof_of_work"],
      [checked, "turnstile"],
    ] as const) {
      expect((await shopper.get(`/api/sales/${saleId}`)).body).toMatchObject({ challenge })
      const same = await clerk.call("PUT", `/sales/${saleId}`, { challenge })
      expect(same.status).toBe(200)
      const other = await clerk.call("PUT", `/sales/${saleId}`, { challenge: "none" })
      expectProblem(other, 422, "invalid_sale")
      expect(fieldsOf(other)).toEqual(["challenge"])
    }
  })

  it("of a kind that there is not is refused with the field", async () => {
    const items = [{ sku: "CHALLENGE-WORK", allotment: 1, salePriceCents: 1, perCustomerLimit: 1 }]
    const refused = await clerk.schedule({
      items,
      challenge: "riddle",
      opensAtMs: Date.now() + 9e6,
      closesAtMs: Date.now() + 9.1e6,
    })
    expectProblem(refused, 422, "invalid_sale")
    expect(fieldsOf(refused)).toContain("challenge")
  })
})

describe("a proof of work", () => {
  it("is asked of who joins, and its answer gives a place that becomes a pass", async () => {
    const shopper = new Visitor(addresses)
    const refused = await join(shopper, worked.saleId)
    expectProblem(refused, 403, "challenge_required")
    const asked = refused.body.challenge
    if (!asked) throw new Error("the refusal says what is asked")
    expectProblem(
      await join(shopper, worked.saleId, { nonce: asked.nonce, counter: 1 }),
      403,
      "challenge_required",
    )
    const joined = await join(shopper, worked.saleId, solve(asked))
    expect(joined.status).toBe(201)
    expect((await join(shopper, worked.saleId)).status).toBe(200)
    expect(await shopper.queueFor(worked.saleId)).toBeTruthy()
  })

  it("hazard 24: is good for the session that it was asked of, and no other", async () => {
    const [owner, thief] = [new Visitor(addresses), new Visitor(addresses)]
    const proof = solve((await ask(owner, worked.saleId)).body)
    await ask(thief, worked.saleId)
    expectProblem(await join(thief, worked.saleId, proof), 403, "challenge_required")
    expectProblem(await join(new Visitor(addresses), worked.saleId, proof), 403, "challenge_required")
    expect((await join(owner, worked.saleId, proof)).status).toBe(201)
  })

  it("hazard 25: is asked of the page's form too", async () => {
    const path = `/sales/${worked.saleId}/join`
    for (const body of ["", "nonce=x&counter=1", "nonce=x&counter=x", "token=y"]) {
      const headers = { "content-type": "application/x-www-form-urlencoded" }
      const answer = await send(addresses.url, { method: "POST", path, headers, body })
      expect(answer.status).toBe(403)
    }
  })
})

describe("Turnstile", () => {
  afterEach(() => setFaults({}))

  it("is asked of who joins: a good token gives a place, any other none", async () => {
    const shopper = new Visitor(addresses)
    expectProblem(await join(shopper, checked.saleId), 403, "challenge_required")
    expect((await ask(shopper, checked.saleId)).body).toMatchObject({
      kind: "turnstile",
      siteKey: "1x00000000000000000000AA",
      scriptUrl: `${addresses.turnstileUrl}/turnstile/v0/api.js?render=explicit`,
    })
    for (const token of ["x", DUMMY_TOKEN.toLowerCase(), "0".repeat(2_048)])
      expectProblem(await join(shopper, checked.saleId, { token }), 403, "challenge_required")
    expect((await join(shopper, checked.saleId, { token: DUMMY_TOKEN })).status).toBe(201)
    expect((await join(shopper, checked.saleId)).status).toBe(200)
  })

  it.each([{ down: true }, { delayMs: 10_000 }])(
    "fails closed while it is %j, and recovers",
    async (faults) => {
      const shopper = new Visitor(addresses)
      await setFaults(faults)
      expectProblem(
        await join(shopper, checked.saleId, { token: DUMMY_TOKEN }),
        503,
        "temporarily_unavailable",
      )
      await setFaults({})
      expect((await join(shopper, checked.saleId, { token: DUMMY_TOKEN })).status).toBe(201)
    },
  )
})
