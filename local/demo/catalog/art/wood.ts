import { contact, gleam, grain, hoop, roundPaint, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { fill, group, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

const facePaint = (s: Sketch, t: Tones) =>
  s.linear(
    [
      [0, t.light],
      [0.5, t.base],
      [1, t.shade],
    ],
    [0, 0, 1, 0.6],
  )

/** Turned wood: round light, and grain that runs level around the body. */
function spun(s: Sketch, t: Tones, silhouette: string, strands: number): string {
  const d = turned(silhouette)
  return fill(d, roundPaint(s, t)) + s.within(d, grain(s, 100, 180, 600, 500, strands, t.deep))
}

export function breadBoard(s: Sketch, t: Tones): string {
  const d =
    "M372 96Q400 84 428 96C440 150 436 190 452 214C520 236 590 240 596 300V610Q596 650 556 650H244Q204 650 204 610V300C210 240 280 236 348 214C364 190 360 150 372 96Z"
  const knots =
    oval(500, 470, 18, 30, t.shade, opacity(0.5)) +
    line("M474 420C450 470 456 520 480 560M526 420C552 470 546 520 522 560", t.deep, 2.4, opacity(0.35))
  return (
    contact(s, 410, 654, 210, 0.12) +
    group(fill(d, t.deep), 'transform="translate(12 4)"') +
    fill(d, facePaint(s, t)) +
    s.within(d, group(grain(s, 80, -610, 600, 420, 19, t.deep), 'transform="rotate(90)"') + knots) +
    line("M250 610V310C256 276 310 270 364 250", t.pale, 5, opacity(0.6)) +
    oval(400, 138, 17, 17, t.line) +
    oval(403, 141, 14, 14, "#d8d3c1") +
    tube("M398 140C360 130 356 60 392 44C420 34 440 90 404 136", tonesOf("Hemp"), 8)
  )
}

export function saladBowl(s: Sketch, t: Tones): string {
  const d = turned("420:250 500:236 580:178 640:104! 660:106", 400, 0.2)
  const inner = "M164 424A236 44 0 0 1 636 424A236 44 0 0 1 164 424Z"
  return (
    contact(s, 400, GROUND, 190) +
    fill(d, roundPaint(s, t)) +
    s.within(d, grain(s, 130, 440, 540, 240, 13, t.deep)) +
    oval(400, 420, 250, 50, t.light) +
    fill(
      inner,
      s.linear([
        [0, t.deep],
        [0.6, t.shade],
        [1, t.base],
      ]),
    ) +
    s.within(
      inner,
      line(
        repeat(
          4,
          (i) =>
            `M${200 + i * 24} ${442 + i * 6}A${n(210 - i * 26)} ${n(34 - i * 5)} 0 0 0 ${600 - i * 24} ${442 + i * 6}`,
        ),
        t.line,
        2.4,
        opacity(0.35),
      ),
    ) +
    tube("M470 452C520 380 590 300 640 216", tonesOf("Walnut"), 17) +
    group(
      oval(0, 0, 30, 46, tonesOf("Walnut").base) +
        oval(-4, -4, 20, 34, tonesOf("Walnut").light, opacity(0.6)),
      'transform="translate(660 188) rotate(32)"',
    ) +
    line(hoop(420, 250, 400, 0.2), t.pale, 5, opacity(0.7)) +
    gleam("M172 470C184 540 236 596 280 624C244 580 216 530 208 478Z", 0.25)
  )
}

export function spoons(s: Sketch, t: Tones): string {
  const stem = (x: number, turn: number, head: string) =>
    group(
      fill(`M-11 130C-8 0 -9 -80 -13 -150H13C9 -80 8 0 11 130Z${head}`, facePaint(s, t)),
      `transform="translate(${x} 500) rotate(${turn})"`,
    )
  const bowlHead = "M-46 -230C-46 -296 46 -296 46 -230C46 -178 20 -150 0 -140C-20 -150 -46 -178 -46 -230Z"
  const dip = (x: number, turn: number) =>
    group(
      oval(0, -232, 33, 48, t.deep, opacity(0.5)) + oval(3, -228, 29, 43, t.shade),
      `transform="translate(${x} 500) rotate(${turn})"`,
    )
  const spatula = "M-44 -290Q-40 -310 30 -312Q48 -312 46 -290L30 -160Q0 -130 -26 -160Z"
  const fork =
    "M-42 -310H-24V-230H-10V-310H10V-230H24V-310H42V-210C42 -170 20 -150 0 -140C-20 -150 -42 -170 -42 -210Z"
  const pot = "440:122 560:126 650:116 660:112"
  const d = turned(pot)
  const stone = tonesOf("Chalk")
  return (
    contact(s, 400, GROUND, 124) +
    oval(400, 440, 122, 18, stone.deep) +
    stem(356, -17, bowlHead) +
    dip(356, -17) +
    stem(452, 18, fork) +
    stem(404, 2, spatula) +
    s.within("M0 440H278A122 18 0 0 0 522 440H800V800H0Z", fill(d, roundPaint(s, stone))) +
    s.within(d, fill("M0 560C200 590 600 590 800 560V800H0Z", tonesOf("Tide").base, opacity(0.75))) +
    line(hoop(440, 122), stone.pale, 7) +
    gleam("M300 470C300 520 300 560 306 600L326 604C320 560 320 520 320 474Z", 0.5)
  )
}

export function stool(s: Sketch, t: Tones): string {
  const leg = (d: string) =>
    fill(
      d,
      s.linear([
        [0, t.light],
        [0.5, t.base],
        [1, t.deep],
      ]),
    )
  return (
    contact(s, 400, 672, 230, 0.1) +
    tube("M222 540L578 540", t, 16) +
    leg("M404 330L390 628Q400 636 414 628L436 330Z") +
    leg("M236 336L176 668Q190 680 206 668L290 336Z") +
    leg("M510 336L594 668Q610 680 624 668L564 336Z") +
    fill(
      "M160 296V322A240 42 0 0 0 640 322V296Z",
      s.linear([
        [0, t.base],
        [0.25, t.light],
        [0.6, t.shade],
        [1, t.deep],
      ]),
    ) +
    oval(
      400,
      296,
      240,
      46,
      s.linear([
        [0, t.light],
        [1, t.base],
      ]),
    ) +
    s.within("M160 296A240 46 0 0 1 640 296A240 46 0 0 1 160 296Z", grain(s, 150, 250, 500, 92, 9, t.deep)) +
    oval(410, 302, 170, 27, t.shade, opacity(0.25)) +
    [
      [258, 312],
      [536, 314],
      [414, 274],
    ]
      .map(
        ([x = 0, y = 0]) =>
          oval(x, y, 17, 6, t.deep, opacity(0.7)) + line(`M${x - 12} ${y + 2}l24 -4`, t.pale, 3),
      )
      .join("")
  )
}

export function tray(s: Sketch, t: Tones): string {
  const d = "M186 250H614Q650 250 650 286V616Q650 652 614 652H186Q150 652 150 616V286Q150 250 186 250Z"
  const well = "M200 278H600Q622 278 622 300V602Q622 624 600 624H200Q178 624 178 602V300Q178 278 200 278Z"
  const cup = tonesOf("Chalk")
  return (
    contact(s, 410, 654, 260, 0.1) +
    group(fill(d, t.line), 'transform="translate(12 3)"') +
    fill(d, facePaint(s, t)) +
    fill(
      well,
      s.linear(
        [
          [0, t.shade],
          [1, t.base],
        ],
        [0, 0, 1, 1],
      ),
    ) +
    s.within(
      well,
      grain(s, 150, 280, 500, 350, 13, t.deep) + fill("M178 278H622V296H214V624H178Z", t.line, opacity(0.4)),
    ) +
    line("M200 626H600Q624 626 624 602V300", t.pale, 5, opacity(0.7)) +
    line("M165 400V500M636 400V500", t.line, 13) +
    line("M169 402V500M640 402V500", t.light, 3) +
    line("M156 600V288Q156 256 188 256H600", t.pale, 5, opacity(0.7)) +
    contact(s, 494, 690, 70, 0.16) +
    tube("M546 604C604 594 600 664 544 656", cup, 14) +
    fill(turned("580:68 650:64 678:46 692:44", 490), roundPaint(s, cup)) +
    oval(490, 580, 68, 11, cup.pale) +
    oval(490, 581, 60, 8, "#5d3f2c") +
    gleam("M436 606C436 630 440 650 446 664L456 666C450 646 448 630 448 608Z", 0.7)
  )
}

export function pepperMill(s: Sketch, t: Tones): string {
  const steel = tonesOf("Brass")
  return (
    contact(s, 400, GROUND, 104) +
    spun(s, t, "350:62 366:74 400:66 470:54 540:66 600:92 640:98 660:94", 16) +
    line(hoop(612, 94) + hoop(622, 96), t.line, 4, opacity(0.55)) +
    spun(s, t, "170:20 184:56 224:80 268:76 310:48 330:50 346:64", 14) +
    fill(turned("346:60 352:62"), roundPaint(s, steel)) +
    fill(turned("140:16 148:21 160:19 172:13"), roundPaint(s, steel)) +
    gleam("M346 200C334 220 336 250 346 270L358 266C350 246 350 222 362 198Z", 0.5) +
    gleam(
      "M352 400C356 450 358 480 350 530C338 570 326 590 324 616L338 620C344 590 364 560 370 520C374 480 370 440 368 400Z",
      0.32,
    )
  )
}

export function dishBrush(s: Sketch, t: Tones): string {
  const bristle = tonesOf("Willow")
  const tuft = (i: number) => {
    const x = 160 + i * 30
    return line(
      repeat(4, (k) => `M${n(x + k * 5)} 540L${n(x - 10 + k * 11 + (i - 3) * 4)} ${n(640 + (k % 2) * 8)}`),
      i % 2 ? bristle.base : bristle.light,
      5,
    )
  }
  const head =
    "M134 500C134 470 170 462 210 462C280 462 350 480 380 470C480 440 560 340 650 250C668 236 690 256 680 276C600 390 520 500 400 536C320 560 134 566 134 528Z"
  return (
    contact(s, 280, 660, 170, 0.14) +
    line(
      repeat(9, (i) => `M${170 + i * 26} 540L${n(160 + i * 30)} 650`),
      bristle.deep,
      16,
    ) +
    repeat(8, tuft) +
    fill(
      head,
      s.linear(
        [
          [0, t.light],
          [0.5, t.base],
          [1, t.deep],
        ],
        [0.2, 0, 0.6, 1],
      ),
    ) +
    s.within(head, group(grain(s, 90, 440, 660, 110, 8, t.deep), 'transform="rotate(-18 400 480)"')) +
    oval(654, 272, 11, 12, t.line) +
    tube("M656 272C700 260 716 310 690 340C672 360 650 320 656 276", tonesOf("Hemp"), 7) +
    line("M150 494C190 472 280 478 366 488", t.pale, 6, opacity(0.6))
  )
}
