import { describe, expect, test, vi } from "vitest"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { DUMMY_TOKEN } from "../../local/turnstile-emulator/siteverify.ts"
import { PROOF_BITS, PROOF_CHALLENGE_MS } from "../../waiting-room/proof-of-work.ts"
import { searchProof } from "../../waiting-room/proof-search.ts"
import { onModelClock, shopperOf, stageOf } from "./stage.ts"

onModelClock()

describe("a sale that asks for a proof of work", () => {
  const asking = () => stageOf(openRoom, { challenge: "proof_of_work" })
  type Shopper = ReturnType<typeof shopperOf>
  const solved = (challenge: Record<string, unknown>) => {
    const { nonce, bits } = challenge as { nonce: string; bits: number }
    return { nonce, counter: searchProof(nonce, bits, { from: 0, count: 50_000_000 }) }
  }
  const challengeOf = (shopper: Shopper, saleId: string) => shopper.call(`/api/sales/${saleId}/challenge`)
  const joinWith = (shopper: Shopper, saleId: string, body: unknown) =>
    shopper.call(`/api/sales/${saleId}/tickets`, { method: "POST", body: JSON.stringify(body) })

  test("lets nobody join without, says what it asks, and gives a ticket for the answer", async () => {
    const stage = await asking()
    const shopper = shopperOf(stage)
    const refused = await shopper.join()
    expect(refused).toMatchObject({ status: 403, body: { code: "challenge_required" } })
    const asked = refused.body["challenge"] as Record<string, unknown>
    expect(asked).toMatchObject({ kind: "proof_of_work", bits: PROOF_BITS })
    const joined = await joinWith(shopper, stage.saleId, { challenge: solved(asked) })
    expect(joined.status).toBe(201)
    // The ticket that is there already is given again without.
    expect(await shopper.join()).toMatchObject({ status: 200, body: joined.body })
    await vi.advanceTimersByTimeAsync(1_500)
    expect(stage.room.live(Date.now()).joined).toBe(1)
  })

  test("hazard 24: takes a solution once for a session and sale, and from nobody else", async () => {
    const [stage, other] = [await asking(), await asking()]
    const [owner, thief] = [shopperOf(stage), shopperOf(stage)]
    const challenge = solved((await challengeOf(owner, stage.saleId)).body)
    const refusals = [
      joinWith(thief, stage.saleId, { challenge }),
      joinWith(shopperOf(other, owner.cookies), other.saleId, { challenge }),
      joinWith(owner, stage.saleId, { challenge: { ...challenge, counter: Number(challenge.counter) + 1 } }),
      joinWith(owner, stage.saleId, { challenge: { nonce: challenge.nonce } }),
      joinWith(owner, stage.saleId, { challenge: { token: DUMMY_TOKEN } }),
      joinWith(owner, stage.saleId, { challenge: { nonce: "x", counter: 1 } }),
      joinWith(owner, stage.saleId, {}),
    ]
    for (const answer of await Promise.all(refusals))
      expect(answer).toMatchObject({ status: 403, body: { code: "challenge_required" } })
    const first = await joinWith(owner, stage.saleId, { challenge })
    expect(first.status).toBe(201)
    owner.cookies.delete(`spillway_ticket_${stage.saleId.replaceAll("-", "")}`)
    // Sent again it gives the one ticket of its session, so that a replay gains nothing.
    expect(await joinWith(owner, stage.saleId, { challenge })).toMatchObject({
      status: 200,
      body: first.body,
    })
    vi.setSystemTime(Date.now() + PROOF_CHALLENGE_MS)
    owner.cookies.delete(`spillway_ticket_${stage.saleId.replaceAll("-", "")}`)
    await shopperOf(stage).board()
    expect(await joinWith(owner, stage.saleId, { challenge })).toMatchObject({ status: 403 })
  })

  test("hazard 28: a client that keeps no cookie never joins, however much it works", async () => {
    const stage = await asking()
    for (let attempt = 0; attempt < 3; attempt++) {
      const challenge = solved((await challengeOf(shopperOf(stage), stage.saleId)).body)
      expect(await joinWith(shopperOf(stage), stage.saleId, { challenge })).toMatchObject({ status: 403 })
    }
    await vi.advanceTimersByTimeAsync(1_500)
    expect(stage.room.live(Date.now()).joined).toBe(0)
  })

  test("asks nothing where the sale does not, and names the field of a body that is wrong", async () => {
    const stage = await stageOf(openRoom)
    const shopper = shopperOf(stage)
    expect((await challengeOf(shopper, stage.saleId)).body).toEqual({ kind: "none" })
    for (const [body, field] of [
      [{ more: 1 }, "more"],
      [{ challenge: 7 }, "challenge"],
      [{ challenge: { counter: -1 } }, "challenge.counter"],
      [{ challenge: { nonce: "x".repeat(401) } }, "challenge.nonce"],
    ] as const) {
      const answer = await joinWith(shopper, stage.saleId, body)
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
    expect(await joinWith(shopper, stage.saleId, {})).toMatchObject({ status: 201 })
    expect(await challengeOf(shopper, "nothing")).toMatchObject({ status: 404 })
  })
})
