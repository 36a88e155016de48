import { describe, expect, test, vi } from "vitest"
import type { Admission } from "../../durable-objects/room/contract.ts"
import type { Room } from "../../durable-objects/room/room.ts"
import { openRoom } from "../../durable-objects/room/staged-room.ts"
import { FLUSH_HORIZON_MS } from "../../waiting-room/controller.ts"
import { onModelClock, shopperOf, stageOf as stageWith } from "./stage.ts"
import type { Stage as StageWith } from "./stage.ts"

type Stage = StageWith<Room>

const stageOf = (admission: Partial<Admission>) =>
  stageWith(openRoom, { admission: { perMinute: 60, maxActive: 50, passMinutes: 5, ...admission } })

/** Lets the bell ring, and the line move once a second for so long. */
async function openLine(stage: Stage, seconds = 1): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_500)
  const firstMs = Math.max(Date.now(), stage.opensAtMs + FLUSH_HORIZON_MS)
  for (let second = 0; second < seconds; second++) {
    vi.setSystemTime(firstMs + second * 1_000)
    stage.room.tick(new Map([["MUG-1", { available: 40, held: 0, sold: 0 }]]), Date.now())
  }
  await vi.advanceTimersByTimeAsync(1_001)
}

onModelClock()

describe("a first-come sale", () => {
  test("hazard 25: lets those in first who came first, though the bell had not rung for either", async () => {
    const stage = await stageOf({ mode: "first_come" })
    const [first, second] = [shopperOf(stage), shopperOf(stage)]
    const ticketOfFirst = (await first.join()).body["ticket"]
    await vi.advanceTimersByTimeAsync(3_000)
    const ticketOfSecond = (await second.join()).body["ticket"]
    expect(await first.enter(ticketOfFirst)).toMatchObject({ status: 425 })
    await openLine(stage)
    expect((await first.board()).body).toMatchObject({ mode: "first_come", joined: 2 })
    expect(await second.enter(ticketOfSecond)).toMatchObject({ status: 425 })
    expect(await first.enter(ticketOfFirst)).toMatchObject({ status: 201 })
    await openLine(stage, 8)
    expect(await second.enter(ticketOfSecond)).toMatchObject({ status: 201 })
  })

  test("says what it is to whoever asks", async () => {
    const stage = await stageOf({ mode: "first_come" })
    const { body } = await shopperOf(stage).call(`/api/sales/${stage.saleId}`)
    expect(body).toMatchObject({ mode: "first_come" })
    const lottery = await stageOf({})
    expect((await shopperOf(lottery).call(`/api/sales/${lottery.saleId}`)).body["mode"]).toBe("lottery")
  })
})

describe("a draw", () => {
  test("takes registrations until the bell, and then says that they have closed", async () => {
    const stage = await stageOf({ mode: "draw" })
    const early = shopperOf(stage)
    const { ticket } = (await early.join()).body
    await early.board()
    // To the millisecond, although this edge's copy of the board is still from before the bell.
    vi.setSystemTime(stage.opensAtMs - 1)
    await shopperOf(stage).board()
    expect((await shopperOf(stage).join()).status).toBe(201)
    vi.setSystemTime(stage.opensAtMs)
    const late = await shopperOf(stage).join()
    expect(late).toMatchObject({ status: 409, body: { code: "sale_over" } })
    expect(late.body["detail"]).toMatch(/registration .* closed/i)
    expect(await early.join()).toMatchObject({ status: 200, body: { ticket } })
  })

  test("says that registration has closed before it asks for a challenge, and begins no session for it", async () => {
    const stage = await stageWith(openRoom, {
      admission: { perMinute: 60, maxActive: 50, passMinutes: 5, mode: "draw" },
      challenge: "proof_of_work",
    })
    expect(await shopperOf(stage).join()).toMatchObject({ body: { code: "challenge_required" } })
    vi.setSystemTime(stage.opensAtMs)
    const late = shopperOf(stage)
    expect(await late.join()).toMatchObject({ status: 409, body: { code: "sale_over" } })
    expect([...late.cookies]).toEqual([])
  })

  test("lets winners in, tells the others to ask again, and turns away who is in no draw", async () => {
    const stage = await stageOf({ mode: "draw", perMinute: 6_000, drawFactor: 1 })
    const crowd = Array.from({ length: 60 }, () => shopperOf(stage))
    const tickets: unknown[] = []
    for (const shopper of crowd) tickets.push((await shopper.join()).body["ticket"])
    await openLine(stage, 3)
    const { body } = await shopperOf(stage).board()
    expect(body).toMatchObject({ mode: "draw", joined: 60, drawnBelow: -1 + 40 / 60 })
    const answers = await Promise.all(crowd.map((shopper, i) => shopper.enter(tickets[i])))
    const admitted = answers.filter(({ status }) => status === 201).length
    expect(admitted).toBeGreaterThan(20)
    expect(admitted).toBeLessThan(60)
    expect(answers.filter(({ status }) => status === 425)).toHaveLength(60 - admitted)
  })
})
