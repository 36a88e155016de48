import { tube } from "./material.ts"
import { box, fill, group, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { mix } from "./tones.ts"
import type { Tones } from "./tones.ts"

/** Cloth lies flat under the window: its shadow is a hem to the lower right, soft by layers. */
function laid(d: string, content: string, turn = 0): string {
  const hem = (by: number, share: number) =>
    group(fill(d, "#2a2620", opacity(share)), `transform="translate(${by} ${by * 1.2})"`)
  return group(hem(20, 0.08) + hem(12, 0.12) + hem(6, 0.18) + content, `transform="rotate(${turn} 400 400)"`)
}

/** Warp and weft: two dashed strokes as wide as the cloth, fine enough to read as cloth and not as lines. */
function weave(
  x: number,
  y: number,
  width: number,
  height: number,
  step: number,
  paint: string,
  share = 0.2,
): string {
  const dash = `stroke-dasharray="${n(step * 0.3)} ${n(step * 0.7)}" stroke-linecap="butt" ${opacity(share)}`
  return (
    line(`M${x + width / 2} ${y}v${height}`, paint, width, dash) +
    line(`M${x} ${y + height / 2}h${width}`, paint, height, dash)
  )
}

/** Flat tape: an apron's strap, a binding. */
function tape(d: string, t: Tones, width: number): string {
  return (
    line(d, t.deep, width) +
    line(d, t.base, width * 0.86, 'transform="translate(-1 -1.5)"') +
    line(d, t.pale, 2, `stroke-dasharray="7 8" ${opacity(0.6)}`)
  )
}

function slab(x: number, y: number, width: number, height: number, r = 14): string {
  return `M${x + r} ${y}h${width - 2 * r}q${r} 0 ${r} ${r}v${height - 2 * r}q0 ${r} ${-r} ${r}h${2 * r - width}q${-r} 0 ${-r} ${-r}v${2 * r - height}q0 ${-r} ${r} ${-r}Z`
}

const acrossPaint = (s: Sketch, t: Tones) =>
  s.linear(
    [
      [0, t.light],
      [0.5, t.base],
      [1, mix(t.base, t.shade, 0.6)],
    ],
    [0, 0, 1, 1],
  )

function fringe(x: number, y: number, width: number, length: number, paint: string): string {
  const count = Math.floor(width / 15)
  return line(
    repeat(
      count,
      (i) =>
        `M${n(x + (i + 0.5) * (width / count))} ${y}q${i % 2 ? 3 : -3} ${length / 2} ${(i % 3) - 1} ${length}`,
    ),
    paint,
    6,
  )
}

/** A fold's edge: the lit roll of the cloth and the dark it throws on the layer below. */
function fold(d: string, t: Tones): string {
  return (
    line(d, t.deep, 10, `${opacity(0.28)} transform="translate(4 7)"`) +
    line(d, t.shade, 3) +
    line(d, t.pale, 4, `${opacity(0.8)} transform="translate(0 -4)"`)
  )
}

export function teaTowels(s: Sketch, t: Tones, trim: Tones): string {
  const d = slab(220, 150, 350, 500)
  const under = slab(250, 176, 350, 500)
  const stripes = [232, 262, 276, 290, 500, 514, 528]
    .map((x, i) => box(x, 150, i % 3 ? 8 : 18, 500, trim.base))
    .join("")
  return (
    laid(under, fill(under, trim.base) + s.within(under, weave(250, 176, 350, 500, 9, trim.deep)), 5) +
    laid(
      d,
      fill(d, acrossPaint(s, t)) +
        s.within(d, stripes + weave(220, 150, 350, 500, 9, t.deep)) +
        fold("M220 470H570", t) +
        tube("M224 160C196 140 176 168 222 190", t, 9),
      -6,
    )
  )
}

export function tablecloth(s: Sketch, t: Tones, trim: Tones): string {
  const d = slab(140, 170, 520, 450)
  const zig = repeat(15, (row) => `M130 ${186 + row * 32}${repeat(9, () => "l30 20l30 -20")}`)
  return laid(
    d,
    fringe(146, 612, 508, 44, t.shade) +
      fill(d, acrossPaint(s, t)) +
      s.within(
        d,
        line(zig, t.shade, 7, opacity(0.3)) +
          box(140, 548, 520, 15, trim.base) +
          box(140, 574, 520, 6, trim.base),
      ) +
      fold("M140 470H660", t) +
      fold("M140 320H660", t),
    -4,
  )
}

export function napkins(s: Sketch, t: Tones, trim: Tones): string {
  const one = slab(230, 230, 340, 340, 8)
  const sheet = (turn: number, tones: Tones) =>
    laid(
      one,
      fill(one, acrossPaint(s, tones)) +
        s.within(one, weave(230, 230, 340, 340, 9, tones.deep, 0.2)) +
        line(slab(244, 244, 312, 312, 6), tones.pale, 3, `stroke-dasharray="9 6" ${opacity(0.8)}`),
      turn,
    )
  const triangle = "M232 568L568 232V560Q568 568 560 568Z"
  return (
    sheet(15, trim) +
    sheet(5, t) +
    laid(
      one,
      fill(one, acrossPaint(s, t)) +
        s.within(one, weave(230, 230, 340, 340, 9, t.deep, 0.2)) +
        fill(triangle, t.deep, `${opacity(0.25)} transform="translate(-8 -3)"`) +
        fill(triangle, t.light) +
        s.within(triangle, weave(230, 230, 340, 340, 9, t.shade, 0.25)),
      -10,
    )
  )
}

export function throwBlanket(s: Sketch, t: Tones, trim: Tones): string {
  const d = slab(170, 170, 460, 430, 26)
  const bars =
    repeat(5, (i) => box(170 + i * 104, 170, 46, 430, trim.base, opacity(0.55))) +
    repeat(5, (i) => box(170, 190 + i * 104, 460, 46, trim.base, opacity(0.55)))
  const overcheck = line(
    repeat(5, (i) => `M${243 + i * 104} 170v430`) + repeat(5, (i) => `M170 ${263 + i * 104}h460`),
    trim.pale,
    4,
    opacity(0.7),
  )
  const nap = line(
    repeat(44, () => `M${n(s.between(176, 620))} ${n(s.between(176, 590))}l7 4`),
    t.pale,
    3,
    opacity(0.4),
  )
  return laid(
    d,
    fringe(186, 590, 428, 62, t.base) +
      fringe(194, 590, 412, 56, trim.base) +
      fill(d, acrossPaint(s, t)) +
      s.within(d, bars + overcheck + nap) +
      fold("M172 306C300 300 500 314 628 304", t) +
      fold("M172 452C300 458 500 446 628 454", t),
    6,
  )
}

export function cushion(s: Sketch, t: Tones, trim: Tones): string {
  const d =
    "M170 190C250 214 550 214 630 180C608 260 608 540 636 620C550 590 250 590 164 626C192 540 194 270 170 190Z"
  const plump = s.radial(
    [
      [0, t.pale, 0.85],
      [0.5, t.base, 0.2],
      [1, t.deep, 0.5],
    ],
    0.38,
    0.34,
    0.72,
  )
  const ribs = repeat(
    9,
    (i) => `M${n(216 + i * 46)} 180C${n(208 + i * 48)} 320 ${n(208 + i * 48)} 500 ${n(216 + i * 46)} 640`,
  )
  return laid(
    d,
    fill(d, t.base) +
      s.within(
        d,
        line(ribs, trim.base, 15) +
          line(ribs, trim.light, 3, opacity(0.7)) +
          weave(160, 170, 480, 470, 11, t.deep, 0.16),
      ) +
      fill(d, plump) +
      line(d, t.shade, 7) +
      line(
        "M184 204C206 214 236 224 262 252M614 196C592 216 570 230 546 262M178 612C204 596 220 574 244 556M620 606C596 590 580 570 560 546",
        t.deep,
        5,
        opacity(0.4),
      ),
    -4,
  )
}

export function apron(s: Sketch, t: Tones, trim: Tones): string {
  const d = "M316 190H484C490 270 520 326 586 356V676H214V356C280 326 310 270 316 190Z"
  return laid(
    d,
    tape("M326 200C300 70 500 70 474 200", trim, 24) +
      tape("M580 366C660 380 630 470 706 520", trim, 20) +
      tape("M220 366C140 380 176 470 102 500", trim, 20) +
      fill(d, acrossPaint(s, t)) +
      s.within(
        d,
        weave(210, 186, 380, 490, 10, t.deep, 0.18) +
          fill("M360 190C340 340 380 520 350 680H300C320 520 300 380 340 190Z", t.deep, opacity(0.13)),
      ) +
      line("M330 204H470M228 662H572", t.pale, 3, 'stroke-dasharray="10 7" opacity=".8"') +
      fill(
        "M282 442H518V570Q518 584 504 584H296Q282 584 282 570Z",
        t.deep,
        `${opacity(0.3)} transform="translate(4 6)"`,
      ) +
      fill("M282 442H518V570Q518 584 504 584H296Q282 584 282 570Z", t.base) +
      line("M292 454H508M400 454V576", t.pale, 3, 'stroke-dasharray="10 7" opacity=".8"') +
      [
        [330, 208],
        [470, 208],
        [292, 452],
        [508, 452],
      ]
        .map(([x = 0, y = 0]) => oval(x, y, 7, 7, "#c58a4f"))
        .join(""),
    3,
  )
}

export function bathTowel(s: Sketch, t: Tones, trim: Tones): string {
  const roll = (x: number, y: number, tones: Tones) => {
    const d = slab(x, y, 440, 150, 60)
    const end = x + 396
    const paint = s.linear(
      [
        [0, tones.light],
        [0.3, tones.pale],
        [0.6, tones.base],
        [1, tones.deep],
      ],
      [0, 0, 0, 1],
    )
    const spiral = `M${end} ${y + 75}c12 -10 14 22 -6 22c-30 0 -28 -64 6 -62c44 2 40 92 -6 88`
    const body =
      fill(d, paint) +
      s.within(
        d,
        weave(x, y, 380, 150, 15, tones.deep, 0.17) +
          box(x + 60, y, 14, 150, trim.base) +
          box(x + 84, y, 6, 150, trim.base),
      )
    return laid(
      d,
      body +
        oval(end, y + 75, 46, 74, tones.shade) +
        oval(end + 3, y + 75, 42, 70, tones.light) +
        line(spiral, tones.shade, 6),
    )
  }
  return group(
    roll(150, 440, t) + roll(210, 292, { ...t, base: mix(t.base, t.pale, 0.3) }) + roll(130, 170, t),
    'transform="rotate(-8 400 400)"',
  )
}
