import { describe, expect, test } from "vitest"
import { STANDBY_WINDOW_MS, Standbys, STANDBYS_MAX } from "./standbys.ts"

describe("those who stand by", () => {
  test("are counted by rank, as far as is asked, and no longer than they ask", () => {
    const standbys = new Standbys()
    for (const [ticketId, rank, askedAtMs] of [
      ["c", -0.3, 0] as const,
      ["a", -0.9, 0] as const,
      ["b", -0.5, 5_000] as const,
    ])
      expect(standbys.ask(ticketId, rank, askedAtMs)).toBe(true)
    const before = (rank: number, atMost: number, nowMs: number) => standbys.countBefore(rank, atMost, nowMs)
    expect([-0.9, -0.5, -0.3, 0].map((rank) => before(rank, 10, 5_000))).toEqual([0, 1, 2, 3])
    expect([0, 1, 2].map((atMost) => before(0, atMost, 5_000))).toEqual([0, 1, 2])
    expect(before(0, 10, STANDBY_WINDOW_MS)).toBe(1)
    expect(standbys.ask("a", -0.9, STANDBY_WINDOW_MS)).toBe(false)
    expect(before(0, 10, STANDBY_WINDOW_MS)).toBe(2)
    expect([standbys.leave("a"), standbys.leave("a"), before(0, 10, STANDBY_WINDOW_MS)]).toEqual([
      true,
      false,
      1,
    ])
    standbys.forgetGone(5_000 + STANDBY_WINDOW_MS)
    expect(standbys.size).toBe(0)
  })

  test("P4: have the place in order of rank though tens of thousands ask, as in a draw with few places", () => {
    const standbys = new Standbys()
    const rankOf = (i: number) => -i / 50_000
    for (let i = 0; i < 50_000; i++) standbys.ask(String(i), rankOf(i), 0)
    // Whoever asked last is first, and nobody else may have the one place.
    expect(standbys.countBefore(rankOf(49_999), 1, 0)).toBe(0)
    for (const i of [0, 9_999, 10_000, 49_998]) expect(standbys.countBefore(rankOf(i), 1, 0)).toBe(1)
  })

  test("are remembered up to a limit, and again once there is room", () => {
    const standbys = new Standbys()
    for (let i = 0; i < STANDBYS_MAX; i++) standbys.ask(String(i), -i / STANDBYS_MAX, 0)
    expect(standbys.ask("one more", -1, 0)).toBe(false)
    expect(standbys.size).toBe(STANDBYS_MAX)
    standbys.leave("7")
    expect(standbys.ask("one more", -1, 0)).toBe(true)
    expect(standbys.countBefore(0, 3, 0)).toBe(3)
  })
})
