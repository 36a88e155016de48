import { describe, expect, it } from "vitest"
import type { Board } from "../../../waiting-room/board.ts"
import { drawLine } from "./line-picture.ts"
import { ENGLISH } from "../languages/choose-language.ts"
import type { LiveSpeech } from "../languages/speech.ts"
import {
  formatRange as formatRangeIn,
  sentenceFor as sentenceIn,
  wordsFor as wordsIn,
} from "./line-reading.ts"
import type { LineReading } from "./line-reading.ts"
import { readLine } from "./read-line.ts"

const english: LiveSpeech = { language: "en", words: ENGLISH.words.live }
const wordsFor = (told: LineReading) => wordsIn(told, english)
const sentenceFor = (told: LineReading) => sentenceIn(told, english)
const formatRange = (range: { lowMs: number; highMs: number }) => formatRangeIn(range, english)

const reading: LineReading = {
  phase: "open",
  yourTurn: false,
  ahead: 1_240,
  spokenFor: false,
  cameBack: false,
  estimate: { lowMs: 6 * 60_000, highMs: 9 * 60_000 },
  joined: 4_800,
  served: 900,
  pacePerMinute: 240,
  stock: {},
  opensAtMs: 0,
  closesAtMs: 1,
  nowMs: 0,
}

describe("what a waiting shopper reads", () => {
  it("is the place, the wait as a range, and that the tab may be closed", () => {
    expect(sentenceFor(reading)).toBe(
      "About 1,240 ahead of you. Roughly 6 to 9 minutes. You can close this tab, your place is kept in this browser.",
    )
  })

  it("names no wait when nothing honest can be said", () => {
    expect(wordsFor({ ...reading, estimate: null }).detail).not.toMatch(/minute/)
  })

  it("is no place before the draw, since nobody has one", () => {
    expect(wordsFor({ ...reading, phase: "waiting", ahead: null }).figure).toBe("In the draw")
  })

  it("says at once that everything is sold, and that waiting is over", () => {
    expect(wordsFor({ ...reading, phase: "sold_out" }).detail).toMatch(/nothing more to wait for/)
  })

  it("says early that the units in sight are spoken for", () => {
    expect(wordsFor({ ...reading, phase: "sold_out_pending" }).detail).toMatch(
      /held by shoppers who are paying now/,
    )
  })

  it("is exact for few and rounded for many", () => {
    expect(wordsFor({ ...reading, ahead: 7 }).figure).toBe("7")
    expect(wordsFor({ ...reading, ahead: 12_345 }).figure).toBe("About 12,300")
  })

  it("tells a wait from under a minute up to hours", () => {
    expect(formatRange({ lowMs: 10_000, highMs: 50_000 })).toBe("less than a minute")
    expect(formatRange({ lowMs: 50_000, highMs: 100_000 })).toBe("1 to 2 minutes")
    expect(formatRange({ lowMs: 2.5 * 3_600_000, highMs: 4 * 3_600_000 })).toBe("2 to 4 hours")
  })
})

describe("the reading of the board", () => {
  const board: Board = {
    saleId: "s",
    phase: "open",
    nowMs: 10,
    waitingOpensAtMs: 0,
    opensAtMs: 1,
    closesAtMs: 100,
    frontier: -0.5,
    joined: 100,
    served: 50,
    pacePerMinute: 10,
    line: [[0, 50]],
    stock: { A: "low" },
    drawCommitment: "",
    pollAfterMs: 2_000,
  }

  it("gives the turn exactly to ranks below the frontier", () => {
    expect(readLine(board, -0.51, ["A"]).yourTurn).toBe(true)
    expect(readLine(board, -0.5, ["A"]).yourTurn).toBe(false)
  })

  it("gives no turn while the sale is paused", () => {
    expect(readLine({ ...board, phase: "paused" }, -0.9, ["A"]).yourTurn).toBe(false)
  })

  it("has bands only of SKUs that the board knows", () => {
    expect(readLine(board, null, ["A", "B"]).stock).toEqual({ A: "low" })
  })
})

describe("the picture", () => {
  it("is the same for the same reading, so that server and browser agree", () => {
    expect(drawLine(reading)).toEqual(drawLine(reading))
  })

  it("brings you nearer to the gate as fewer stand before you", () => {
    const places = [3_000, 1_000, 100, 0].map((ahead) => drawLine({ ...reading, ahead }).you.x)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it("shows everybody while they are few, and stays small when they are millions", () => {
    const few = drawLine({ ...reading, joined: 21, served: 0, ahead: 3 })
    expect(few.dots.filter((dot) => dot.side !== "through")).toHaveLength(20)
    expect(drawLine({ ...reading, joined: 10_000_000 }).dots.length).toBeLessThan(300)
  })

  it("has an open gate only while somebody may go in", () => {
    expect(drawLine(reading).gate.open).toBe(true)
    for (const phase of ["scheduled", "waiting", "paused", "sold_out", "ended"] as const) {
      expect(drawLine({ ...reading, phase }).gate.open).toBe(false)
    }
  })

  it("keeps every dot and you inside its frame, whatever the numbers are", () => {
    for (const ahead of [0, 5, 1e9, null]) {
      const picture = drawLine({ ...reading, ahead })
      for (const { x, y } of [...picture.dots, picture.you]) {
        expect(x).toBeGreaterThan(0)
        expect(x).toBeLessThan(640)
        expect(y).toBeGreaterThan(0)
        expect(y).toBeLessThan(220)
      }
    }
  })
})
