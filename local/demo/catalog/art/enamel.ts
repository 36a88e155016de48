import { contact, gleam, hoop, mouth, roundPaint, tube, turned } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { box, fill, group, line, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

/** Enamel is glass on iron: the highlight is hard-edged, and every rim is dipped in a second colour. */
const shine = (d: string) => gleam(d, 0.62)

export function kettle(s: Sketch, t: Tones, trim: Tones): string {
  const spout =
    "M566 560C620 540 640 470 676 420L712 400C718 392 700 384 690 388L652 396C612 430 590 460 552 470Z"
  return (
    contact(s, 400, GROUND, 190) +
    tube("M226 420C190 130 610 130 574 420", tonesOf("Iron"), 15) +
    fill("M296 214C330 178 470 178 504 214L494 236C460 208 340 208 306 236Z", roundPaint(s, tonesOf("Oak"))) +
    fill(
      spout,
      s.linear(
        [
          [0, t.light],
          [1, t.deep],
        ],
        [0, 0, 1, 1],
      ),
    ) +
    line("M690 388L714 398", trim.base, 10) +
    fill(turned("372:96 388:136 440:184 520:206 600:200 648:182 660:180"), roundPaint(s, t)) +
    line(hoop(644, 184), trim.base, 9) +
    line(hoop(376, 104), t.deep, 7, opacity(0.6)) +
    fill(turned("336:30 346:64 362:94 370:102! 378:100"), roundPaint(s, t)) +
    line(hoop(372, 102), trim.base, 7) +
    fill(turned("296:20 306:26 320:20 336:10 342:16"), roundPaint(s, tonesOf("Iron"))) +
    oval(228, 424, 15, 19, trim.base) +
    oval(572, 424, 15, 19, trim.base) +
    shine("M222 500C230 446 262 410 296 392C268 430 252 470 252 530C238 540 220 524 222 500Z") +
    line("M548 580C540 606 524 622 506 632", t.pale, 6, opacity(0.5))
  )
}

export function enamelMug(s: Sketch, t: Tones, trim: Tones): string {
  return (
    contact(s, 390, GROUND, 150) +
    tube("M516 420C640 390 650 560 516 570", t, 24) +
    fill(turned("350:142 500:138 630:132 652:122 660:118"), roundPaint(s, t)) +
    mouth(s, tonesOf("Chalk"), 350, 142, 11) +
    oval(400, 350, 142, 21, "none", `stroke="${trim.base}" stroke-width="9"`) +
    oval(330, 616, 13, 9, tonesOf("Iron").base, opacity(0.75)) +
    shine("M286 392C284 460 286 520 290 570C302 574 308 566 308 550C304 500 304 440 306 396Z") +
    line("M510 420V600", t.pale, 5, opacity(0.4))
  )
}

export function skillet(s: Sketch, t: Tones): string {
  const pan = s.linear(
    [
      [0, t.light],
      [0.35, t.base],
      [1, t.deep],
    ],
    [0, 0, 1, 1],
  )
  const handle = "M430 300L486 348L640 160Q664 124 640 104T588 114Z"
  return (
    contact(s, 350, 654, 170, 0.1) +
    group(
      group(fill(handle, t.line) + oval(340, 360, 228, 228, t.line), 'transform="translate(10 8)"') +
        fill(handle, pan) +
        oval(617, 134, 14, 18, "#d6ddd2") +
        fill("M136 250C112 262 98 282 96 306L150 330Z", t.light) +
        oval(340, 360, 230, 230, pan) +
        oval(340, 360, 214, 214, t.deep) +
        oval(
          342,
          363,
          196,
          196,
          s.radial(
            [
              [0, t.light],
              [0.6, t.base],
              [1, t.shade],
            ],
            0.36,
            0.34,
            0.8,
          ),
        ) +
        line(
          repeat(
            4,
            (i) =>
              `M${240 + i * 8} ${500 - i * 34}A${190 - i * 40} ${190 - i * 40} 0 0 1 ${280 + i * 12} ${200 + i * 34}`,
          ),
          t.pale,
          2.5,
          opacity(0.18),
        ) +
        line("M140 318A208 208 0 0 1 262 158", t.pale, 8, opacity(0.65)) +
        line("M516 268L600 158", t.pale, 6, opacity(0.45)),
      'transform="translate(-6 60)"',
    )
  )
}

export function coffeePot(s: Sketch, t: Tones, trim: Tones): string {
  const spout = "M292 400C240 390 236 320 188 286C200 274 226 268 240 272C282 300 286 330 320 336Z"
  return (
    contact(s, 400, GROUND, 146) +
    tube("M480 290C620 270 640 500 528 560", t, 25) +
    fill(
      spout,
      s.linear(
        [
          [0, t.light],
          [1, t.shade],
        ],
        [0, 0, 1, 1],
      ),
    ) +
    line("M190 286C206 276 224 270 240 272", trim.base, 9) +
    fill(turned("234:86 300:98 420:122 560:146 640:156 660:152"), roundPaint(s, t)) +
    line(hoop(640, 156), trim.base, 9) +
    line(hoop(240, 88), t.deep, 7, opacity(0.6)) +
    fill(turned("190:26 200:54 220:80 232:90! 240:88"), roundPaint(s, t)) +
    line(hoop(234, 90), trim.base, 7) +
    fill(turned("146:18 158:25 174:20 190:10 196:16"), roundPaint(s, tonesOf("Iron"))) +
    shine(
      "M284 420C276 490 268 540 266 590C278 600 288 590 290 570C294 510 300 460 308 400C300 396 288 400 284 420Z",
    ) +
    shine("M326 262C322 290 320 310 318 330L332 332C334 310 338 286 342 262Z")
  )
}

export function pieDish(s: Sketch, t: Tones, trim: Tones): string {
  const crust = tonesOf("Oak")
  const lattice =
    repeat(7, (i) => `M${190 + i * 70} 420L${100 + i * 80} 560`) +
    repeat(7, (i) => `M${190 + i * 70 - 60} 420L${200 + i * 80 - 40} 560`)
  const rim = "M158 480A242 44 0 0 0 642 480A242 44 0 0 0 158 480"
  const top = "M150 480C150 420 650 420 650 480C650 540 150 540 150 480Z"
  return (
    contact(s, 400, 650, 210, 0.14) +
    fill(turned("490:284 508:270 600:222 640:204 650:200", 400, 0.17), roundPaint(s, t)) +
    oval(400, 490, 284, 56, t.light) +
    oval(400, 490, 284, 56, "none", `stroke="${trim.base}" stroke-width="9"`) +
    oval(400, 492, 250, 46, t.shade) +
    fill(top, "#7a2f3a") +
    s.within(
      top,
      line(lattice, crust.deep, 27, 'transform="translate(3 6)"') +
        line(lattice, crust.base, 24) +
        line(lattice, crust.light, 6, 'transform="translate(-6 -3)"'),
    ) +
    line(rim, crust.deep, 38, 'transform="translate(2 7)"') +
    line(rim, crust.base, 36) +
    line(rim, crust.light, 12, `${opacity(0.8)} transform="translate(-2 -8)"`) +
    line(rim, crust.deep, 30, `stroke-dasharray="4 27" stroke-linecap="butt" ${opacity(0.45)}`) +
    shine("M196 560C206 590 220 612 232 626L246 626C234 606 222 584 214 560Z")
  )
}

export function breadBin(s: Sketch, t: Tones, trim: Tones): string {
  const front = "M150 400Q150 380 170 380H630Q650 380 650 400V630Q650 660 620 660H180Q150 660 150 630Z"
  const lid =
    "M140 380C140 300 180 264 260 258H540C620 264 660 300 660 380Q660 396 640 396H160Q140 396 140 380Z"
  return (
    contact(s, 410, 656, 270, 0.1) +
    fill(
      front,
      s.linear([
        [0, t.light],
        [0.4, t.base],
        [1, t.shade],
      ]),
    ) +
    box(150, 392, 500, 22, t.deep, opacity(0.4)) +
    fill(
      lid,
      s.linear(
        [
          [0, t.pale],
          [0.35, t.base],
          [1, t.shade],
        ],
        [0, 0, 0.3, 1],
      ),
    ) +
    line("M146 388H654", trim.base, 10) +
    line("M156 640Q160 656 182 656H618Q640 656 646 640", trim.base, 8) +
    tube("M340 262C340 214 460 214 460 262", tonesOf("Oak"), 20) +
    oval(340, 264, 15, 8, trim.base) +
    oval(460, 264, 15, 8, trim.base) +
    tube("M150 470C110 466 110 530 150 528", tonesOf("Iron"), 12) +
    tube("M650 470C690 466 690 530 650 528", tonesOf("Iron"), 12) +
    fill(
      "M350 500H450Q462 500 462 512V552Q462 564 450 564H350Q338 564 338 552V512Q338 500 350 500Z",
      tonesOf("Brass").shade,
    ) +
    fill("M352 504H448V558H352Z", tonesOf("Chalk").base) +
    shine("M176 300C190 284 220 276 250 274H290C250 284 210 300 196 350C184 352 166 330 176 300Z") +
    shine("M172 430V600L188 606V430Z")
  )
}

export function milkPan(s: Sketch, t: Tones, trim: Tones): string {
  const wood = tonesOf("Ash")
  return (
    contact(s, 340, GROUND, 170) +
    fill(
      "M470 446L700 398Q726 400 722 424L714 438L480 492Z",
      s.linear(
        [
          [0, wood.light],
          [1, wood.shade],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    oval(700, 419, 8, 7, wood.line) +
    fill("M470 446L540 431L546 476L480 492Z", tonesOf("Iron").base) +
    fill(turned("400:184 420:176 560:170 630:162 652:150 660:144", 330), roundPaint(s, t)) +
    fill("M160 412C140 410 124 398 118 388C134 386 156 388 172 392Z", t.light) +
    oval(330, 400, 184, 29, trim.base) +
    oval(330, 401, 172, 24, t.shade) +
    oval(332, 410, 156, 15, "#fbf7ea") +
    oval(300, 406, 70, 5, "#fff") +
    line(hoop(640, 160, 330), trim.base, 7) +
    shine("M180 450C178 510 184 570 190 600C202 606 210 598 208 580C202 540 200 490 202 450Z")
  )
}
