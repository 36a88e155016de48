import { contact, gleam, glazeEdge, hoop, mouth, roundPaint, specks, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { box, fill, group, line, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

const clay = tonesOf("Clay")

/** A thrown body in bare clay, dipped in glaze down to `edge`, with the specks that come through. */
function dipped(s: Sketch, t: Tones, profile: string, edge: number, half: number, runs = 7): string {
  const d = turned(profile)
  const glaze = glazeEdge(s, edge, half, runs, 34)
  const thick = group(fill(glaze, t.deep, opacity(0.4)), 'transform="translate(3 7)"')
  const body = box(0, 0, 800, 800, clay.base) + thick + fill(glaze, t.base)
  const marks = specks(s, 400 - half, 250, half * 2, 400, 15, t.line)
  return s.within(d, body + marks + box(400 - half, 0, half * 2, 800, roundness(s)))
}

/** Light and shade laid over clay and glaze alike. */
function roundness(s: Sketch): string {
  return s.linear([
    [0, "#1b2032", 0.2],
    [0.24, "#fff6e4", 0.3],
    [0.52, "#1b2032", 0],
    [0.86, "#1b2032", 0.38],
    [1, "#1b2032", 0.2],
  ])
}

export function teapot(s: Sketch, t: Tones): string {
  const body = "364:86 380:136 410:172 450:197 510:208 570:193 620:152 648:112! 660:114"
  const lid = "318:20 330:46 352:78 364:88! 374:86"
  const knob = "276:16 286:27 302:24 318:13 326:18"
  const spout = "M280 590C170 580 176 470 148 424C140 410 130 402 118 398L164 366C206 386 214 424 262 430Z"
  return (
    contact(s, 400, GROUND, 200) +
    tube("M566 434C690 380 716 560 572 578", t, 30) +
    fill(
      spout,
      s.linear(
        [
          [0, t.light],
          [0.5, t.base],
          [1, t.shade],
        ],
        [0, 0, 0.7, 1],
      ),
    ) +
    group(
      oval(0, 0, 28, 11, t.light) + oval(1, 1, 19, 7, t.line),
      'transform="translate(141 382) rotate(-35)"',
    ) +
    line("M160 416C184 450 182 500 214 540", t.pale, 7, opacity(0.45)) +
    dipped(s, t, body, 566, 208, 5) +
    line(hoop(372, 92), t.deep, 8) +
    fill(turned(lid), roundPaint(s, t)) +
    fill(turned(knob), roundPaint(s, t)) +
    oval(393, 282, 14, 6, t.pale, opacity(0.8)) +
    gleam("M250 470C262 420 300 396 330 390C300 420 276 460 272 520C262 520 246 500 250 470Z", 0.42) +
    line("M344 350Q354 336 374 331", t.pale, 7, opacity(0.6))
  )
}

export function mug(s: Sketch, t: Tones): string {
  const body = "330:140 440:142 560:138 630:124 652:108! 660:108"
  return (
    contact(s, 400, GROUND, 150) +
    tube("M528 410C670 370 680 590 520 584", t, 34) +
    dipped(s, t, body, 556, 144, 6) +
    mouth(s, t, 330, 140) +
    gleam("M284 372C282 430 284 480 290 520C302 520 306 512 306 500C302 460 300 420 302 376Z", 0.4)
  )
}

export function plates(s: Sketch, t: Tones): string {
  const rim = s.linear(
    [
      [0, t.pale],
      [0.5, t.base],
      [1, t.shade],
    ],
    [0, 0, 1, 1],
  )
  const well = s.linear(
    [
      [0, t.shade],
      [0.4, t.base],
      [1, t.light],
    ],
    [0, 0, 1, 1],
  )
  const layer = (i: number) => {
    const y = 640 - i * 20
    return (
      oval(520, y + 8, 176, 26, clay.shade) +
      oval(520, y, 180, 27, t.shade) +
      oval(520, y - 4, 180, 27, i === 3 ? t.light : t.base)
    )
  }
  const upright =
    oval(330, 400, 234, 238, clay.shade) +
    oval(324, 396, 234, 238, rim) +
    oval(324, 396, 168, 171, t.shade) +
    oval(327, 400, 166, 169, well)
  return (
    contact(s, 340, 648, 190) +
    upright +
    s.within("M90 158H558V634H90Z", specks(s, 120, 190, 420, 420, 26, t.line)) +
    line("M114 340A216 220 0 0 1 262 186", "#fffdf4", 9, opacity(0.6)) +
    contact(s, 520, 664, 190, 0.14) +
    repeat(4, layer) +
    oval(520, 577, 128, 17, t.shade) +
    oval(522, 579, 126, 15, t.base)
  )
}

export function bowl(s: Sketch, t: Tones): string {
  const body = "430:226 500:214 570:170 625:108 640:84! 660:88"
  return (
    contact(s, 400, GROUND, 170) +
    dipped(s, t, body, 548, 226, 8) +
    mouth(s, t, 430, 226, 11, 400, 0.22) +
    line("M196 436A206 40 0 0 1 300 396", "#fffdf4", 5, opacity(0.7)) +
    oval(430, 456, 110, 16, t.light, opacity(0.3)) +
    gleam("M204 480C216 540 262 590 300 616C280 570 250 530 240 486Z", 0.32)
  )
}

export function pitcher(s: Sketch, t: Tones): string {
  const body = "226:92 280:80 350:96 440:148 530:166 610:138 650:112! 660:112"
  const beak = "M316 296C312 262 292 226 250 204C290 204 340 206 380 214L350 260Z"
  return (
    contact(s, 400, GROUND, 165) +
    tube("M474 250C640 220 650 440 548 480", t, 30) +
    dipped(s, t, body, 540, 168) +
    fill(
      beak,
      s.linear([
        [0, t.light],
        [1, t.base],
      ]),
    ) +
    mouth(s, t, 226, 92, 9, 400, 0.2) +
    fill("M250 204C280 198 330 208 360 214L340 236C316 234 280 212 250 204Z", t.deep) +
    line("M250 204C282 206 312 240 342 240", t.light, 7) +
    gleam("M268 470C274 410 306 366 326 340C324 380 296 430 296 520C282 540 264 520 268 470Z", 0.4)
  )
}

export function moonJar(s: Sketch, t: Tones): string {
  const body = "206:92 230:88! 248:138 290:188 350:222 440:240 530:222 590:187 636:128 652:102! 660:104"
  const bloom = s.radial([
    [0, "#c98a5a", 0.36],
    [0.6, "#c98a5a", 0.13],
    [1, "#c98a5a", 0],
  ])
  const d = turned(body)
  return (
    contact(s, 400, GROUND, 190) +
    fill(d, roundPaint(s, t)) +
    fill(
      d,
      s.linear(
        [
          [0.4, "#1b2032", 0],
          [1, "#1b2032", 0.3],
        ],
        [0.3, 0, 0.8, 1],
      ),
    ) +
    s.within(
      d,
      oval(540, 530, 240, 190, bloom) +
        oval(280, 320, 140, 110, bloom) +
        specks(s, 170, 260, 460, 380, 40, t.line) +
        line(hoop(438, 240), t.shade, 4, opacity(0.35)),
    ) +
    mouth(s, t, 206, 92) +
    gleam("M196 410C206 340 250 290 292 268C258 320 240 380 240 470C216 480 192 450 196 410Z", 0.5)
  )
}

export function saltPig(s: Sketch, t: Tones): string {
  const body = "250:24 262:76 320:150 420:196 530:198 620:160 652:128! 660:130"
  const knob = "206:18 216:28 232:26 252:16 262:22"
  const inside = s.linear(
    [
      [0, clay.line],
      [1, clay.shade],
    ],
    [0, 0, 0, 1],
  )
  const hollow = "M222 470C226 386 300 330 360 350C420 372 420 470 380 530C336 590 220 570 222 470Z"
  return (
    contact(s, 400, GROUND, 190) +
    dipped(s, t, body, 566, 200) +
    fill(turned(knob), roundPaint(s, t)) +
    group(fill(hollow, t.light), 'transform="translate(-9 -2)"') +
    fill(hollow, inside) +
    s.within(
      hollow,
      fill("M200 520C260 486 330 500 420 482V640H200Z", "#f4f0e6") +
        line("M230 532C270 508 330 520 390 500", "#fff", 6),
    ) +
    line("M214 474C216 392 290 330 356 346", t.pale, 7) +
    gleam("M470 330C520 360 548 410 552 460C530 410 500 370 462 346Z", 0.25)
  )
}

export function crock(s: Sketch, t: Tones): string {
  const body = "300:142 322:164 400:178 540:178 630:168 660:158"
  const lid = "252:30 262:96 282:146 296:152! 306:150"
  const knob = "216:26 226:36 240:30 256:18 262:24"
  return (
    contact(s, 400, GROUND, 178) +
    tube("M230 382C176 376 176 446 226 446", t, 26) +
    tube("M570 382C624 376 624 446 574 446", t, 26) +
    dipped(s, t, body, 556, 180) +
    line(hoop(420, 178) + hoop(432, 178), t.deep, 4, opacity(0.5)) +
    line(hoop(308, 154), t.line, 9, opacity(0.5)) +
    fill(turned(lid), roundPaint(s, t)) +
    fill(turned(knob), roundPaint(s, t)) +
    oval(392, 222, 22, 7, t.pale, opacity(0.7)) +
    gleam("M246 352C240 420 242 480 246 540C262 540 268 530 268 510C264 460 264 400 270 346Z", 0.35)
  )
}
