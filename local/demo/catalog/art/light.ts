import { halo, pool } from "./glow.ts"
import { contact, gleam, hoop, roundPaint, specks, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { fill, group, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

const shadePaint = (s: Sketch) =>
  s.linear([
    [0, "#e2b877"],
    [0.4, "#fdebc2"],
    [0.6, "#fff3d4"],
    [1, "#d9a866"],
  ])

export function tableLamp(s: Sketch, t: Tones): string {
  const base = "400:34 424:62 480:124 550:140 612:112 648:84! 660:86"
  const shade = "M290 128H510L590 372A190 20 0 0 1 210 372Z"
  const threads = repeat(9, (i) => `M${n(312 + i * 22)} 128L${n(238 + i * 40.5)} 380`)
  const d = turned(base)
  return (
    halo(s, 400, 270, 400) +
    pool(s, 400, 330) +
    contact(s, 400, GROUND, 130) +
    fill("M386 372H414V406H386Z", tonesOf("Brass").base) +
    fill(d, roundPaint(s, t)) +
    s.within(
      d,
      specks(s, 250, 430, 300, 220, 26, t.line) +
        oval(
          400,
          400,
          170,
          110,
          s.radial([
            [0, "#ffe6b0", 0.85],
            [0.5, "#ffdf9e", 0.4],
            [1, "#ffdf9e", 0],
          ]),
        ) +
        line(hoop(560, 140) + hoop(572, 140), t.deep, 4, opacity(0.4)),
    ) +
    gleam("M276 536C282 490 306 462 336 444C312 480 302 520 304 570C290 580 274 566 276 536Z", 0.4) +
    fill(shade, shadePaint(s)) +
    line(threads, "#c99a5c", 2, opacity(0.3)) +
    line("M290 128H510M210 372A190 20 0 0 0 590 372", "#b98649", 5) +
    oval(
      400,
      290,
      96,
      80,
      s.radial([
        [0, "#fffbe8", 0.95],
        [1, "#fffbe8", 0],
      ]),
    )
  )
}

export function bellPendant(s: Sketch, t: Tones): string {
  const bell = "262:40 290:66 350:96 430:164 490:236 510:246"
  return (
    line("M400 0V210", "#15202b", 7) +
    fill(
      "M164 510L-60 800H860L636 510Z",
      s.linear(
        [
          [0, "#ffe2a4", 0.55],
          [1, "#ffe2a4", 0.04],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    pool(s, 400, 380) +
    fill(turned("206:22 214:34 258:36 270:42"), roundPaint(s, tonesOf("Brass"))) +
    oval(400, 510, 246, 37, "#fff2cd") +
    oval(400, 516, 96, 20, "#fffdf2") +
    s.within("M0 0H800V510H646A246 37 0 0 0 154 510H0Z", fill(turned(bell), roundPaint(s, t))) +
    line("M154 510A246 37 0 0 1 646 510", t.light, 4, opacity(0.7)) +
    gleam("M236 460C268 400 310 350 336 318C330 360 290 410 262 470Z", 0.42)
  )
}

export function readingLamp(s: Sketch, t: Tones): string {
  const foot = "622:112 640:124 660:124"
  const head = "M-70 -10C-66 -66 66 -66 70 -10L104 66H-104Z"
  const joint = (x: number, y: number) =>
    oval(x, y, 18, 18, tonesOf("Brass").shade) + oval(x - 3, y - 3, 13, 13, tonesOf("Brass").light)
  return (
    halo(s, 290, 400, 330, 0.5) +
    fill(
      "M188 280L60 690H510L384 344Z",
      s.linear(
        [
          [0, "#ffe2a4", 0.6],
          [1, "#ffe2a4", 0.08],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    pool(s, 286, 250) +
    contact(s, 540, GROUND, 130) +
    fill(turned(foot, 540), roundPaint(s, t)) +
    oval(540, 622, 112, 17, t.light) +
    tube("M540 620L610 380", t, 15) +
    tube("M610 380L330 190", t, 15) +
    line("M552 600C640 480 600 420 586 384M560 352L400 240", "#15202b", 4, opacity(0.7)) +
    joint(610, 380) +
    joint(540, 618) +
    group(
      oval(0, 66, 104, 22, "#fff4d2") +
        fill(
          head,
          s.linear([
            [0, t.base],
            [0.3, t.light],
            [0.6, t.base],
            [1, t.deep],
          ]),
        ) +
        gleam("M-62 20C-56 -16 -50 -36 -30 -44C-36 -20 -42 10 -46 50H-78Z", 0.35),
      'transform="translate(306 246) rotate(18)"',
    ) +
    joint(322, 192)
  )
}

export function fishTrapPendant(s: Sketch, t: Tones): string {
  const cage = "190:46 240:92 340:164 440:190 520:170 570:128"
  const rods = repeat(7, (i) => {
    const k = (i - 3) / 3.4
    return `M${n(400 + k * 46)} 190C${n(400 + k * 110)} 250 ${n(400 + k * 260)} 450 ${n(400 + k * 128)} ${n(586 - Math.abs(k) * 14)}`
  })
  const rings = [240, 276, 312, 348, 384, 420, 456, 492, 528]
    .map((y, i) => hoop(y, [92, 120, 146, 167, 180, 188, 190, 182, 165][i] ?? 100))
    .join("")
  return (
    line("M400 0V180", "#15202b", 7) +
    halo(s, 400, 400, 400, 0.7) +
    pool(s, 400, 300) +
    fill(turned(cage), "#5a3d22", opacity(0.45)) +
    oval(
      400,
      400,
      92,
      92,
      s.radial([
        [0, "#fffbe6"],
        [0.5, "#ffe6a8", 0.9],
        [1, "#ffca70", 0],
      ]),
    ) +
    line(rods, t.deep, 7) +
    line(rods, t.light, 3) +
    line(rings, t.shade, 9) +
    line(rings, t.light, 4, 'transform="translate(-1 -2)"') +
    line(turned(cage), t.shade, 9) +
    oval(400, 570, 128, 19, "none", `stroke="${t.light}" stroke-width="7"`) +
    fill(turned("160:30 170:48 196:50"), roundPaint(s, tonesOf("Brass")))
  )
}
