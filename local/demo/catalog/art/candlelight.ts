import { halo, pool } from "./glow.ts"
import { contact, gleam, hoop, roundPaint, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { fill, group, line, n, opacity, oval } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

/** A candle or wick flame: hot outside, pale within, blue at its foot. */
function flame(cx: number, foot: number, height: number): string {
  const d = (w: number, h: number) =>
    `M${n(cx)} ${n(foot - h)}C${n(cx + w)} ${n(foot - h * 0.45)} ${n(cx + w)} ${n(foot)} ${n(cx)} ${n(foot)}S${n(cx - w)} ${n(foot - h * 0.45)} ${n(cx)} ${n(foot - h)}Z`
  return (
    fill(d(height * 0.3, height), "#f5a742") +
    fill(d(height * 0.19, height * 0.72), "#ffe9ae") +
    oval(cx, foot - 5, height * 0.09, height * 0.08, "#7d9cc4", opacity(0.7))
  )
}

export function stormLantern(s: Sketch, t: Tones): string {
  const tank = "560:84 580:128 640:136 660:130"
  const globe = "316:62 370:100 440:114 510:96 556:62"
  const cap = "196:30 210:52 244:58! 252:92 290:96! 316:70"
  return (
    halo(s, 400, 440, 380, 0.75) +
    pool(s, 400, 320) +
    contact(s, 400, GROUND, 140) +
    line("M288 596C196 470 216 120 400 108C584 120 604 470 512 596", t.line, 5) +
    tube("M276 600C258 470 256 360 306 286", t, 18) +
    tube("M524 600C542 470 544 360 494 286", t, 18) +
    fill(
      turned(globe),
      s.radial([
        [0, "#fff1c4", 0.9],
        [0.6, "#ffd88a", 0.5],
        [1, "#f3b45c", 0.35],
      ]),
    ) +
    flame(400, 528, 120) +
    line(turned(globe), "#fff0cc", 3, opacity(0.6)) +
    gleam("M308 400C312 380 320 362 330 350C326 400 326 450 336 500C316 480 306 440 308 400Z", 0.6) +
    line("M290 440C330 462 470 462 510 440", t.shade, 4) +
    fill(turned("528:40 556:84 566:88"), roundPaint(s, t)) +
    fill(turned(tank), roundPaint(s, t)) +
    line(hoop(590, 131) + hoop(630, 136), t.deep, 3, opacity(0.6)) +
    oval(500, 600, 20, 13, tonesOf("Brass").base) +
    oval(496, 596, 10, 6, tonesOf("Brass").light) +
    fill(turned(cap), roundPaint(s, t)) +
    line(hoop(212, 52) + hoop(252, 88), t.deep, 3, opacity(0.6)) +
    gleam("M292 610C300 600 330 596 350 596C330 606 310 620 304 640C290 640 286 624 292 610Z", 0.45)
  )
}

export function tapers(s: Sketch, t: Tones): string {
  const candle = (x: number, y: number, turn: number) =>
    group(
      fill("M-17 0L-13 -400C-8 -412 8 -412 13 -400L17 0Z", roundPaint(s, t)) +
        line("M0 -408V-446", "#e9dcc0", 5),
      `transform="translate(${x} ${y}) rotate(${turn})"`,
    )
  const twine = tonesOf("Hemp")
  return (
    halo(s, 400, 360, 380, 0.22) +
    contact(s, 400, GROUND, 120) +
    candle(372, 652, -11) +
    candle(430, 652, 11) +
    candle(390, 658, -4) +
    candle(414, 658, 5) +
    candle(346, 664, -15) +
    candle(400, 668, 0.5) +
    candle(456, 664, 15) +
    tube("M312 500C350 520 450 520 488 500", twine, 13) +
    tube("M314 514C350 534 450 534 486 514", twine, 13) +
    tube(
      "M400 520C350 470 320 560 396 530C470 580 490 480 404 524C390 560 372 580 356 592M404 526C424 556 436 572 452 584",
      twine,
      9,
    )
  )
}

export function chamberstick(s: Sketch, t: Tones): string {
  const dish = "606:190 626:176 650:120 660:108"
  const cup = "470:40 480:46! 490:36 560:34 600:56"
  const wax = "300:27 330:30 476:30"
  const beeswax = tonesOf("Beeswax")
  return (
    halo(s, 400, 230, 340, 0.8) +
    pool(s, 400, 340) +
    contact(s, 400, GROUND, 180) +
    tube("M574 616C690 560 700 660 590 634", t, 20) +
    fill(turned(dish), roundPaint(s, t)) +
    oval(400, 606, 190, 29, t.light) +
    oval(
      400,
      608,
      176,
      24,
      s.linear([
        [0, t.shade],
        [0.45, t.base],
        [1, t.shade],
      ]),
    ) +
    fill(turned(cup), roundPaint(s, t)) +
    fill(
      turned(wax),
      s.linear(
        [
          [0, "#fff0c0"],
          [1, beeswax.base],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    oval(400, 300, 27, 5, "#fff6d8") +
    fill("M424 306C434 330 432 380 428 400C420 400 420 360 414 306Z", "#ffe9b4") +
    line("M400 300V274", "#3a2c20", 5) +
    flame(400, 284, 120) +
    line(hoop(470, 40), t.pale, 5) +
    line("M222 610A180 24 0 0 1 330 584", "#fffbe8", 5, opacity(0.8))
  )
}
