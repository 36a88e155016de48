import { describe, expect, it } from "vitest"
import type { Board } from "../../../waiting-room/board.ts"
import { wordsFor as wordsInLottery } from "./line-reading.ts"
import { en } from "../languages/en.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import { mayJoin, sentenceFor, wordsFor } from "./mode-words.ts"
import { readLine } from "./read-line.ts"

const board: Board = {
  saleId: "s",
  phase: "open",
  nowMs: 10_000,
  waitingOpensAtMs: 0,
  opensAtMs: 5_000,
  closesAtMs: 99_000,
  frontier: -0.8,
  joined: 1_000,
  served: 100,
  pacePerMinute: 600,
  line: [[0, 800]],
  stock: {},
  drawCommitment: "c",
  drawSecret: "s",
  pollAfterMs: 2_000,
}

const draw = { ...board, mode: "draw", drawnBelow: -0.5 } as const
const ENGLISH_LIVE: LiveSpeech = { language: "en", words: en.live }

const figure = (on: Board, rank: number | null) => wordsFor(readLine(on, rank, []), ENGLISH_LIVE).figure

describe("what a shopper reads in each mode", () => {
  it("is the lottery's words in a lottery", () => {
    for (const phase of ["scheduled", "waiting", "open", "paused", "sold_out", "ended"] as const) {
      const reading = readLine({ ...board, phase }, -0.3, [])
      expect(wordsFor(reading, ENGLISH_LIVE)).toEqual(wordsInLottery(reading, ENGLISH_LIVE))
    }
  })

  it("speaks of no draw where first come is first served", () => {
    const waiting = { ...board, mode: "first_come", phase: "waiting" } as const
    expect(sentenceFor(readLine(waiting, null, []), ENGLISH_LIVE)).not.toMatch(/draw|chance/)
    expect(sentenceFor(readLine(waiting, null, []), ENGLISH_LIVE)).toMatch(/in the order in which they came/)
    expect(figure({ ...board, mode: "first_come" }, 400)).toMatch(/^About/)
  })

  it("tells the truth of a draw: not drawn yet, drawn, your turn, may still be drawn, too late", () => {
    expect(wordsFor(readLine({ ...draw, phase: "waiting" }, null, []), ENGLISH_LIVE).detail).toMatch(
      /Not drawn yet/,
    )
    const { drawnBelow: _none, ...undrawn } = draw
    expect(figure({ ...undrawn, frontier: -1 }, -0.9)).toBe("Drawing")
    expect(wordsFor(readLine(draw, -0.9, []), ENGLISH_LIVE).caption).toBe("it is your turn")
    expect(wordsFor(readLine(draw, -0.6, []), ENGLISH_LIVE).caption).toBe("you are one of the winners")
    expect(wordsFor(readLine(draw, -0.3, []), ENGLISH_LIVE).caption).toBe("you may still be drawn")
    expect(wordsFor(readLine(draw, 3, []), ENGLISH_LIVE).caption).toBe(
      "registration had closed when you came",
    )
    expect(figure({ ...draw, phase: "sold_out" }, -0.3)).toBe("Sold out")
    expect(figure({ ...draw, phase: "ended" }, -0.3)).toBe("Over")
  })

  it("names no wait to who may still be drawn: the pace says nothing of it", () => {
    expect(readLine(draw, -0.3, []).estimate).toBe(null)
    expect(readLine({ ...board, mode: "lottery" }, -0.3, []).estimate).not.toBe(null)
  })

  it("tells who was invited that they go in before the others, and when it is their turn", () => {
    const early = { ...board, phase: "waiting", frontier: -1.5, earlyAccess: { opensAtMs: 8_000 } } as const
    expect(wordsFor(readLine(early, null, [], true), ENGLISH_LIVE).figure).toBe("Invited")
    expect(wordsFor(readLine(early, -1.2, [], true), ENGLISH_LIVE).figure).toBe("Invited")
    expect(readLine(early, -1.6, [], true)).toMatchObject({ yourTurn: true })
    expect(wordsFor(readLine(early, -1.6, [], true), ENGLISH_LIVE).figure).toBe("Your turn")
    expect(sentenceFor(readLine(early, -1.6, [], true), ENGLISH_LIVE)).toMatch(/^Your turn/)
    expect(readLine({ ...early, nowMs: 7_999 }, -1.6, [], true).yourTurn).toBe(false)
    expect(readLine(early, -1.6, []).yourTurn).toBe(false)
    expect(wordsFor(readLine(board, -1.6, [], true), ENGLISH_LIVE).figure).toBe("Your turn")
  })

  it("offers no place in a draw after its bell", () => {
    expect(mayJoin({ phase: "waiting", mode: "draw" })).toBe(true)
    for (const phase of ["open", "paused", "sold_out_pending", "ended"] as const)
      expect(mayJoin({ phase, mode: "draw" })).toBe(false)
    expect(mayJoin({ phase: "open" })).toBe(true)
    expect(mayJoin({ phase: "open", mode: "first_come" })).toBe(true)
  })
})
