import { contact, ends, gleam, hoop, profileOf, roundPaint, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { fill, group, line, opacity, oval } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

/** Glass is darkest where it's seen edge-on, and nearly gone in the middle. */
function glassPaint(s: Sketch, t: Tones): string {
  return s.linear([
    [0, t.shade, 0.72],
    [0.1, t.base, 0.5],
    [0.3, t.light, 0.3],
    [0.6, t.base, 0.34],
    [0.9, t.base, 0.58],
    [1, t.deep, 0.72],
  ])
}

/** A blown body: wall, outline, thick foot and the window's own reflection. */
function blown(s: Sketch, t: Tones, profile: string, footed = true): string {
  const d = turned(profile)
  const [top, foot] = ends(profileOf(profile))
  const pool = s.linear([
    [0, t.shade, 0.6],
    [0.3, t.pale, 0.9],
    [1, t.shade, 0.7],
  ])
  return (
    fill(d, glassPaint(s, t)) +
    (footed ? s.within(d, oval(400, foot[1] - 6, foot[0] * 0.96, foot[0] * 0.2, pool)) : "") +
    line(d, t.deep, 3.5, opacity(0.7)) +
    oval(
      400,
      top[1],
      top[0],
      top[0] * 0.15,
      t.pale,
      `fill-opacity=".35" stroke="${t.shade}" stroke-width="4"`,
    ) +
    line(hoop(top[1], top[0]), "#fff", 3, opacity(0.85))
  )
}

/** The light that glass lets through lands on the sill as a pale tongue inside the shadow. */
function sillLight(s: Sketch, t: Tones, half: number): string {
  const glow = s.radial([
    [0, t.pale, 0.95],
    [0.6, t.light, 0.5],
    [1, t.light, 0],
  ])
  return (
    contact(s, 400, GROUND, half, 0.15, t.line) + oval(400 + half * 0.95, GROUND + 22, half * 0.8, 20, glow)
  )
}

const water = (s: Sketch, t: Tones, d: string, y: number, half: number): string =>
  s.within(d, fill(`M0 ${y}H800V800H0Z`, t.base, opacity(0.34))) +
  oval(400, y, half, half * 0.13, t.pale, `opacity=".7" stroke="${t.shade}" stroke-width="2"`)

export function tumblers(s: Sketch, t: Tones): string {
  const front = "404:104 520:98 630:88 660:82"
  const strips =
    gleam("M320 424C322 500 328 570 334 620L350 622C344 560 340 490 340 428Z", 0.7) +
    gleam("M470 430C470 500 466 560 462 610L468 610C474 560 478 500 480 430Z", 0.5)
  const one = blown(s, t, front) + strips + line(hoop(470, 102) + hoop(484, 101), t.deep, 2, opacity(0.3))
  return (
    sillLight(s, t, 170) +
    group(one, 'transform="translate(-74 -14)"') +
    group(one, 'transform="translate(96 6)"')
  )
}

export function carafe(s: Sketch, t: Tones): string {
  const body = "196:66 230:54 310:50 390:84 480:138 570:152 640:138 660:118"
  return (
    sillLight(s, t, 150) +
    water(s, t, turned(body), 470, 132) +
    blown(s, t, body) +
    gleam("M272 540C276 490 306 440 332 408C330 450 300 490 300 570C300 600 284 610 278 592Z", 0.75) +
    gleam("M360 236C356 270 356 300 354 330L366 322C368 290 368 260 372 236Z", 0.8) +
    line("M530 520C534 560 526 600 512 622", "#fff", 5, opacity(0.6))
  )
}

export function floatVase(s: Sketch, t: Tones): string {
  const body = "322:44 346:34 364:66 420:138 500:168 580:142 640:82 660:70"
  const stem = "M396 560C410 440 378 330 420 150"
  const put = s.stamp(
    fill("M0 0C24 -34 70 -40 104 -22C74 8 30 16 0 0Z", "#7d9171") + line("M4 -2L92 -20", "#5d7052", 2.5),
  )
  const leaf = (x: number, y: number, turn: number) => put(`transform="translate(${x} ${y}) rotate(${turn})"`)
  return (
    sillLight(s, t, 150) +
    line(stem, "#6c7f5f", 8) +
    leaf(398, 300, -8) +
    leaf(400, 262, 206) +
    leaf(408, 212, -34) +
    leaf(412, 190, 228) +
    leaf(420, 156, -88) +
    water(s, t, turned(body), 476, 160) +
    blown(s, t, body) +
    line("M236 500C300 560 500 560 564 500", t.deep, 3, opacity(0.35)) +
    gleam("M254 490C258 440 296 396 330 380C300 420 284 460 286 530C270 540 252 520 254 490Z", 0.78) +
    line("M552 540C540 586 510 616 478 630", "#fff", 6, opacity(0.6))
  )
}

export function cloche(s: Sketch, t: Tones): string {
  const oak = tonesOf("Oak")
  const dome = "272:30 282:92 320:152 390:186 480:192 622:194"
  const board = "622:226 636:228 660:214"
  const knob = "222:20 234:29 250:26 266:14 276:22"
  const loaf = "M262 616C250 520 320 476 404 478C490 480 556 530 540 616C460 634 340 634 262 616Z"
  return (
    contact(s, 400, GROUND, 226) +
    fill(turned(board), roundPaint(s, oak)) +
    oval(400, 622, 226, 34, oak.light) +
    fill(
      loaf,
      s.linear(
        [
          [0, "#c78e50"],
          [1, "#8d5a2e"],
        ],
        [0.2, 0, 0.8, 1],
      ),
    ) +
    line(
      "M320 520C350 540 372 560 380 590M394 496C420 520 440 550 446 586M470 508C490 530 502 552 508 580",
      "#f0d6a6",
      9,
      opacity(0.85),
    ) +
    blown(s, t, dome, false) +
    fill(turned(knob), roundPaint(s, t)) +
    gleam("M232 440C240 376 280 330 316 310C286 350 268 400 266 560C252 570 236 560 234 540Z", 0.68) +
    line("M566 420C572 480 572 540 570 590", "#fff", 6, opacity(0.55))
  )
}

export function corkBottle(s: Sketch, t: Tones): string {
  const cork = "164:38 176:40 240:32"
  const body = "214:50 226:54! 240:44! 310:46 350:96 390:126! 500:128 630:126 660:114"
  return (
    sillLight(s, t, 126) +
    fill(turned(cork), roundPaint(s, tonesOf("Hemp"))) +
    oval(400, 164, 38, 7, "#e2cfa8") +
    water(s, t, turned(body), 440, 127) +
    blown(s, t, body) +
    gleam("M292 410C290 480 292 560 296 620L316 626C312 560 312 480 314 400Z", 0.75) +
    line("M512 420V610", "#fff", 5, opacity(0.55)) +
    tube("M356 262C380 274 420 274 444 262", tonesOf("Hemp"), 9)
  )
}

export function wineGlass(s: Sketch, t: Tones): string {
  const cup = "216:98 290:116 370:110 430:66 456:14 470:10"
  const stem =
    "M390 456C396 520 396 580 386 628C340 640 300 646 292 656A108 16 0 0 0 508 656C500 646 460 640 414 628C404 580 404 520 410 456Z"
  const wine = s.linear([
    [0, "#d9b25a", 0.85],
    [0.4, "#ecd48e", 0.75],
    [1, "#b98a34", 0.9],
  ])
  const d = turned(cup)
  return (
    sillLight(s, t, 110) +
    fill(stem, glassPaint(s, t)) +
    line(stem, t.deep, 2.5, opacity(0.5)) +
    s.within(d, fill("M0 340H800V800H0Z", wine)) +
    oval(400, 340, 114, 15, "#f6e6b4", opacity(0.9)) +
    blown(s, t, cup) +
    gleam("M304 262C300 310 306 360 326 396L340 400C326 360 322 310 326 258Z", 0.75) +
    line("M398 480C402 540 400 590 394 624", "#fff", 5, opacity(0.75)) +
    line("M320 652C350 644 372 640 386 636", "#fff", 4, opacity(0.8))
  )
}
