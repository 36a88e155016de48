import { describe, expect, test, vi } from "vitest"
import type { Sale } from "../../durable-objects/room/contract.ts"
import type { Room } from "../../durable-objects/room/room.ts"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { issueInvitation } from "../../waiting-room/invitation.ts"
import { settingsOf } from "../environment.ts"
import { DRAW_SECRET, onModelClock, shopperOf, stageOf as stageWith } from "./stage.ts"
import type { Stage as StageWith } from "./stage.ts"

type Stage = StageWith<Room>

/** Early access opens four seconds from now, the sale six seconds later. */
const stageOf = (change: Partial<Sale> = {}) =>
  stageWith(openRoom, { earlyAccess: { opensAtMs: Date.now() + 4_000 }, ...change })

async function invitationTo(stage: Stage, invitationId: string, saleId = stage.saleId): Promise<string> {
  const { keyRing } = await settingsOf(stage.env)
  return issueInvitation(keyRing, {
    saleId,
    invitationId,
    group: "friends",
    expiresAtMs: Date.now() + 60_000,
  })
}

/** Lets the counts reach the room, and the line move once, at this moment or when it comes. */
async function tickAt(stage: Stage, atMs: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(Math.max(1_500, atMs - Date.now()))
  stage.room.tick(new Map([["MUG-1", { available: 40, held: 0, sold: 0 }]]), Date.now())
  await vi.advanceTimersByTimeAsync(1_001)
}

onModelClock()

describe("an invitation", () => {
  test("lets in before the bell, and shoppers without one see the sale as not open", async () => {
    const stage = await stageOf()
    const [invited, other] = [shopperOf(stage), shopperOf(stage)]
    const token = await invitationTo(stage, "one")
    const joined = await invited.join(token)
    expect(joined.status).toBe(201)
    expect(await invited.join(token)).toMatchObject({ status: 200, body: joined.body })
    const { ticket } = (await other.join()).body
    const soon = await invited.enter(joined.body["ticket"])
    expect(soon).toMatchObject({ status: 425 })
    expect(Number(soon.headers.get("retry-after"))).toBe(4)

    await tickAt(stage, stage.opensAtMs - 6_000)
    expect(await invited.enter(joined.body["ticket"])).toMatchObject({ status: 201 })
    expect(await other.enter(ticket)).toMatchObject({ status: 425, body: { code: "not_your_turn" } })
    await vi.advanceTimersByTimeAsync(1_001)
    const { body } = await other.board()
    expect(body).toMatchObject({ phase: "waiting", joined: 2, served: 1 })
    expect(body).not.toHaveProperty("drawSecret")
    expect(Object.values(body)).not.toContain(DRAW_SECRET)
    expect(stage.calls.exchange).toBe(1)
  })

  test("hazards 24, 25: that was passed on is one place, and the others may join without it", async () => {
    const stage = await stageOf()
    const [first, second] = [shopperOf(stage), shopperOf(stage)]
    const token = await invitationTo(stage, "shared")
    const ticketOfFirst = (await first.join(token)).body
    const ticketOfSecond = (await second.join(token)).body
    expect(ticketOfSecond["ticketId"]).toBe(ticketOfFirst["ticketId"])
    await tickAt(stage, stage.opensAtMs - 6_000)
    expect(stage.room.live(Date.now()).joined).toBe(1)
    expect(await second.enter(ticketOfSecond["ticket"])).toMatchObject({ status: 201 })
    const late = await first.enter(ticketOfFirst["ticket"])
    expect(late).toMatchObject({ status: 403, body: { code: "ticket_invalid" } })
    const without = await first.join()
    expect(without.status).toBe(201)
    expect(without.body["ticketId"]).not.toBe(ticketOfFirst["ticketId"])
    expect(stage.room.live(Date.now()).admitted).toBe(1)
  })

  test("takes the place of the one that its session had without it", async () => {
    const stage = await stageOf()
    const shopper = shopperOf(stage)
    const { ticketId } = (await shopper.join()).body
    const joined = await shopper.join(await invitationTo(stage, "later"))
    expect(joined.status).toBe(201)
    expect(joined.body["ticketId"]).not.toBe(ticketId)
    expect(await shopper.join()).toMatchObject({ status: 200, body: joined.body })
  })

  test("stands for the challenge that the sale asks of all others", async () => {
    const stage = await stageOf({ challenge: "proof_of_work" })
    expect(await shopperOf(stage).join()).toMatchObject({ status: 403, body: { code: "challenge_required" } })
    expect(await shopperOf(stage).join(await invitationTo(stage, "x"))).toMatchObject({ status: 201 })
  })

  test("that is none to this sale is refused, and so is a body that is something else", async () => {
    const stage = await stageOf()
    const closed = await stageWith(openRoom)
    const shopper = shopperOf(stage)
    const forged = `${(await invitationTo(stage, "x")).slice(0, -2)}AA`
    const ticket = String((await shopperOf(stage).join()).body["ticket"])
    const wrong: [Stage, string][] = [
      [stage, forged],
      [stage, ticket],
      [stage, await invitationTo(stage, "x", closed.saleId)],
      [closed, await invitationTo(closed, "x")],
    ]
    for (const [at, token] of wrong)
      expect(await shopperOf(at).join(token)).toMatchObject({ status: 403, body: { code: "ticket_invalid" } })
    const expired = await invitationTo(stage, "x")
    vi.setSystemTime(Date.now() + 60_000)
    expect(await shopper.join(expired)).toMatchObject({ status: 403 })

    const at = `/api/sales/${stage.saleId}/tickets`
    const post = (body: string) => shopper.call(at, { method: "POST", body })
    expect(await post("{")).toMatchObject({ status: 400, body: { code: "bad_json" } })
    expect(await post('{"invite":1}')).toMatchObject({ status: 422, body: { errors: [{ field: "invite" }] } })
    expect(await post('{"invitation":7}')).toMatchObject({
      status: 422,
      body: { errors: [{ field: "invitation" }] },
    })
    expect(await post("[]")).toMatchObject({ status: 422 })
    expect(await post(JSON.stringify({ invitation: "x".repeat(5_000) }))).toMatchObject({ status: 400 })
    expect(await post("{}")).toMatchObject({ status: 201 })
  })

  test("is not needed: no body, whatever the headers say of one, is an ordinary join", async () => {
    const stage = await stageOf()
    const init = { method: "POST", headers: { "content-type": "application/json" } }
    const answer = await shopperOf(stage).call(`/api/sales/${stage.saleId}/tickets`, init)
    expect(answer.status).toBe(201)
  })
})
