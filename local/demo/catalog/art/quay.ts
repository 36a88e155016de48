import { contact, gleam, grain, hoop, roundPaint, tube, turned, rope } from "./material.ts"
import { GROUND } from "./scenes.ts"
import { fill, group, line, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

export function toteBag(s: Sketch, t: Tones, trim: Tones): string {
  const body = "M190 360H610L572 648Q570 664 552 664H248Q230 664 228 648Z"
  return (
    contact(s, 400, 660, 210, 0.14) +
    tube("M322 380C320 180 480 180 478 380", { ...trim, light: trim.base, base: trim.shade }, 19) +
    fill("M196 352Q400 322 604 352L610 372H190Z", t.deep) +
    fill(
      body,
      s.linear([
        [0, t.light],
        [0.4, t.base],
        [1, t.shade],
      ]),
    ) +
    fill("M219 560H581L572 648Q570 664 552 664H248Q230 664 228 648Z", trim.base) +
    fill("M470 372C500 460 480 580 500 664H552Q570 664 572 648L610 360H560Z", "#1d2433", opacity(0.14)) +
    fill("M250 372C270 440 262 500 280 560C250 500 240 440 230 372Z", t.pale, opacity(0.6)) +
    fill("M290 360H338V664H290ZM462 360H510V664H462Z", trim.base) +
    fill("M326 360H338V664H326ZM498 360H510V664H498Z", trim.deep, opacity(0.35)) +
    line(
      "M296 366V656M332 366V656M468 366V656M504 366V656M222 572H578",
      trim.pale,
      2.4,
      'stroke-dasharray="8 6" opacity=".75"',
    ) +
    line("M190 360H610", t.pale, 6) +
    line("M194 384H606", t.deep, 2.4, 'stroke-dasharray="8 6" opacity=".6"') +
    tube("M314 392C300 200 500 200 486 392", trim, 22)
  )
}

export function shipsBell(s: Sketch, t: Tones, trim: Tones): string {
  const bell = "270:40 284:92 320:118 400:128 470:152 520:200 534:210 548:206"
  return (
    fill(
      "M150 120H650V164H150Z",
      s.linear(
        [
          [0, tonesOf("Oak").light],
          [1, tonesOf("Oak").shade],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    line(
      "M150 134C300 128 500 142 650 134M150 150C300 156 500 146 650 152",
      tonesOf("Oak").deep,
      2.4,
      opacity(0.5),
    ) +
    fill(
      "M172 120V800H212V120ZM588 120V800H628V120Z",
      s.linear([
        [0, tonesOf("Oak").light],
        [1, tonesOf("Oak").shade],
      ]),
    ) +
    tube("M376 250C356 150 444 150 424 250", t, 22) +
    fill(turned(bell), roundPaint(s, t)) +
    line(hoop(330, 118) + hoop(342, 120) + hoop(484, 164) + hoop(500, 178), t.deep, 4, opacity(0.5)) +
    oval(400, 548, 206, 31, t.light) +
    oval(402, 550, 186, 24, t.line) +
    rope(s, "M400 556V660", trim, 17) +
    oval(400, 566, 26, 22, t.shade) +
    oval(394, 560, 12, 9, t.light) +
    oval(400, 666, 24, 26, trim.base) +
    line("M380 660C392 672 410 672 420 660M382 674C394 684 408 684 418 674", trim.deep, 4) +
    line("M384 690L376 736M396 692L394 744M408 692L410 742M418 688L426 734", trim.base, 7) +
    gleam("M288 340C284 400 276 440 248 490C244 510 262 516 274 500C304 450 312 400 314 330Z", 0.65) +
    line("M520 400C528 440 546 480 566 506", t.pale, 6, opacity(0.5))
  )
}

export function deckChair(s: Sketch, t: Tones, trim: Tones): string {
  const wood = tonesOf("Ash")
  const sling = "M214 158H508C506 330 520 440 604 560L324 560C250 440 210 330 214 158Z"
  const stripes = repeat(4, (i) => {
    const x = 236 + i * 74
    return `M${x} 150H${x + 32}C${x + 32} 330 ${x + 52} 440 ${x + 138} 570H${x + 104}C${x + 20} 440 ${x} 330 ${x} 150Z`
  })
  return (
    contact(s, 420, 690, 260, 0.1) +
    tube("M620 270L250 716", { ...wood, light: wood.base, base: wood.shade }, 19) +
    tube("M646 590L650 716", wood, 17) +
    fill(sling, "#1d2433", `${opacity(0.25)} transform="translate(26 14)"`) +
    tube("M500 150L700 700", wood, 20) +
    fill(
      sling,
      s.linear(
        [
          [0, t.light],
          [0.4, t.base],
          [1, t.shade],
        ],
        [0, 0, 0.3, 1],
      ),
    ) +
    s.within(
      sling,
      fill(stripes, trim.base) + fill("M214 400C300 470 480 470 620 420V580H214Z", "#1d2433", opacity(0.16)),
    ) +
    tube("M200 150L420 716", wood, 20) +
    tube("M196 150H520", wood, 20) +
    tube("M316 562H640", wood, 19) +
    tube("M330 500L170 690", wood, 18) +
    oval(326, 502, 9, 9, tonesOf("Brass").shade)
  )
}

export function canvasBucket(s: Sketch, t: Tones, trim: Tones): string {
  const d = turned("360:176 440:168 560:150 640:138 660:134")
  return (
    contact(s, 400, GROUND, 160) +
    rope(s, "M234 356C220 90 580 90 566 356", trim, 26) +
    fill(d, roundPaint(s, t)) +
    s.within(
      d,
      fill(
        "M300 360C310 460 300 560 316 670H344C330 560 336 460 330 360ZM480 360C470 460 490 560 470 670H520C530 560 520 460 530 360Z",
        t.deep,
        opacity(0.18),
      ) +
        line(hoop(610, 144), trim.base, 20) +
        line(hoop(452, 168), t.deep, 3, 'stroke-dasharray="9 7"'),
    ) +
    oval(400, 360, 176, 34, t.light) +
    oval(
      401,
      362,
      160,
      26,
      s.linear([
        [0, t.line],
        [1, t.shade],
      ]),
    ) +
    rope(s, "M226 366A176 34 0 0 0 574 366", trim, 19) +
    oval(234, 396, 15, 17, tonesOf("Brass").base) +
    oval(234, 396, 7, 9, t.line) +
    oval(566, 396, 15, 17, tonesOf("Brass").shade) +
    oval(566, 396, 7, 9, t.line) +
    gleam("M246 430C250 500 258 560 268 610L284 614C274 560 268 500 266 434Z", 0.35)
  )
}

export function cleatHooks(s: Sketch, t: Tones, trim: Tones): string {
  const oak = tonesOf("Oak")
  const horns =
    "M-130 -46C-124 -74 -90 -62 -40 -54H40C90 -62 124 -74 130 -46C120 -26 80 -30 46 -20V34H62Q74 34 74 48V60H-74V48Q-74 34 -62 34H-46V-20C-80 -30 -120 -26 -130 -46Z"
  const put = s.stamp(
    group(fill(horns, "#1d2433", opacity(0.35)), 'transform="translate(14 16)"') +
      fill(
        horns,
        s.linear(
          [
            [0, t.pale],
            [0.35, t.base],
            [1, t.deep],
          ],
          [0, 0, 0.2, 1],
        ),
      ) +
      line("M-112 -54C-84 -58 -50 -46 40 -46", t.pale, 6, opacity(0.8)) +
      oval(-56, 47, 8, 6, t.line) +
      oval(56, 47, 8, 6, t.line),
  )
  const cleat = (x: number) => put(`transform="translate(${x} 360) scale(1.16)"`)
  return (
    fill(
      "M60 250H180V800H60ZM620 250H740V800H620Z",
      s.linear([
        [0, oak.base],
        [1, oak.deep],
      ]),
    ) +
    fill(
      "M0 236H800V500H0Z",
      s.linear(
        [
          [0, oak.light],
          [1, oak.base],
        ],
        [0, 0, 0, 1],
      ),
    ) +
    s.within("M0 236H800V500H0Z", grain(s, 0, 240, 800, 260, 9, oak.deep)) +
    line("M0 238H800", oak.pale, 6) +
    fill("M0 500H800V516H0Z", oak.line, opacity(0.5)) +
    cleat(224) +
    cleat(576) +
    rope(s, "M152 322C300 346 150 384 292 396C330 398 330 340 270 330C220 322 140 380 166 404", trim, 21) +
    rope(s, "M206 400C180 500 236 590 212 690C204 726 168 722 170 690C172 600 226 520 228 402", trim, 21)
  )
}
