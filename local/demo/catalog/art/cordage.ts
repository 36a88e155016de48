import { contact, roundPaint, turned, rope } from "./material.ts"
import { fill, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

export function dockLine(s: Sketch, t: Tones, trim: Tones): string {
  const coil = s.stamp(rope(s, "M162 618A238 71 0 1 0 638 618A238 71 0 1 0 162 618", t, 46))
  const turn = (i: number) => coil(`transform="translate(${(i % 2) * 8 - 4} ${i * -42})"`)
  return (
    contact(s, 400, 646, 270, 0.3) +
    repeat(4, turn) +
    oval(400, 488, 178, 44, "#3b3228", opacity(0.75)) +
    rope(s, "M330 512C400 524 500 512 560 470", t, 44) +
    rope(s, "M560 620C600 680 660 704 730 704", t, 44) +
    line("M714 704H746", trim.base, 48, 'stroke-linecap="butt"') +
    line("M722 684V724M736 684V724", trim.deep, 3)
  )
}

export function ropeMat(s: Sketch, t: Tones, trim: Tones): string {
  const ring = (half: number, y = 606) =>
    `M${400 - half} ${y}a${half} ${n(half * 0.36)} 0 1 0 ${half * 2} 0a${half} ${n(half * 0.36)} 0 1 0 ${-half * 2} 0`
  const scallops = 'stroke-dasharray="0 51.5"'
  const coils = [236, 190, 144, 98].map((half) => rope(s, ring(half), half === 190 ? trim : t, 47)).join("")
  const shade =
    oval(410, 626, 320, 116, "#2a2118", opacity(0.2)) + oval(406, 618, 306, 108, "#2a2118", opacity(0.3))
  return (
    shade +
    line(ring(266, 612), t.deep, 62, scallops) +
    line(ring(266), t.base, 58, scallops) +
    oval(400, 606, 240, 86, t.deep) +
    coils +
    rope(s, "M350 604q50 30 100 0", t, 47)
  )
}

export function monkeysFist(s: Sketch, t: Tones, trim: Tones): string {
  const brass = tonesOf("Brass")
  const ball = "M252 500A148 148 0 0 1 548 500A148 148 0 0 1 252 500Z"
  const put = s.stamp(
    rope(s, "M262 456Q400 416 538 456", t, 40) +
      rope(s, "M252 500Q400 464 548 500", t, 40) +
      rope(s, "M262 546Q400 514 538 546", t, 40),
  )
  return (
    contact(s, 400, 648, 130, 0.18) +
    oval(400, 130, 62, 62, "none", `stroke="${brass.shade}" stroke-width="15"`) +
    oval(397, 127, 62, 62, "none", `stroke="${brass.light}" stroke-width="6"`) +
    rope(s, "M390 190C372 260 384 310 394 370", trim, 30) +
    rope(s, "M412 190C430 260 416 310 406 370", trim, 30) +
    line("M374 236H428M374 250H428M376 264H426", trim.deep, 9) +
    oval(400, 500, 150, 150, t.deep) +
    s.within(
      ball,
      put('transform="rotate(90 400 500)"') + fill("M252 424H548V580H252Z", t.line, opacity(0.5)) + put(),
    ) +
    oval(
      400,
      500,
      150,
      150,
      s.radial(
        [
          [0, "#fff6e0", 0.4],
          [0.5, "#fff6e0", 0],
          [1, "#1d2433", 0.5],
        ],
        0.34,
        0.3,
        0.75,
      ),
    )
  )
}

export function twine(s: Sketch, t: Tones): string {
  const wood = tonesOf("Ash")
  const wound =
    "M262 300C230 360 230 560 262 620A138 22 0 0 0 538 620C570 560 570 360 538 300A138 22 0 0 1 262 300Z"
  const coils = repeat(15, (i) => {
    const y = 306 + i * 21
    const half = 142 + 18 * Math.sin((i / 14) * Math.PI)
    return `M${n(400 - half)} ${y + (i % 2) * 8}Q400 ${y + 40} ${n(400 + half)} ${y + 8 - (i % 2) * 8}`
  })
  return (
    contact(s, 400, 664, 160, 0.16) +
    fill(turned("622:150 640:160 662:156"), roundPaint(s, wood)) +
    fill(wound, roundPaint(s, t)) +
    s.within(
      wound,
      line(coils, t.deep, 5, opacity(0.5)) +
        line(coils, t.pale, 4, `${opacity(0.5)} transform="translate(0 8)"`),
    ) +
    fill(turned("262:150 276:158 298:152"), roundPaint(s, wood)) +
    oval(400, 262, 150, 23, wood.light) +
    oval(400, 262, 34, 7, wood.line) +
    line("M540 560C620 600 560 690 640 700C700 706 720 680 740 720", t.deep, 8) +
    line("M540 558C620 598 560 688 640 698C700 704 720 678 740 718", t.light, 4)
  )
}
