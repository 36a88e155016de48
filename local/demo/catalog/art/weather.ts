import { contact, tube } from "./material.ts"
import { box, fill, group, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import { tonesOf } from "./tones.ts"
import type { Tones } from "./tones.ts"

const bodyPaint = (s: Sketch, t: Tones) =>
  s.linear(
    [
      [0, t.light],
      [0.45, t.base],
      [1, t.shade],
    ],
    [0, 0, 1, 0.35],
  )

/** What hangs throws its shadow on the boards behind it, down and to the right. */
function hung(d: string, content: string): string {
  const cast = (x: number, y: number, share: number) =>
    group(fill(d, "#1f2c35", opacity(share)), `transform="translate(${x} ${y})"`)
  return cast(26, 22, 0.14) + cast(14, 12, 0.22) + content
}

/** A wooden hanger on the middle peg. */
const hanger = `${line("M400 112C424 100 430 140 400 148V176", "#6b6f70", 8)}${line("M262 226L400 172L538 226", "#a57f55", 17)}`

/** Columns of knit stitches between two heights, as dashes that lean. */
function knit(
  x: number,
  y: number,
  width: number,
  rows: number,
  step: number,
  paint: string,
  share = 0.4,
): string {
  const d = repeat(rows, (row) => `M${x} ${n(y + row * step)}h${width}`)
  const dash = `stroke-dasharray="${n(step * 0.35)} ${n(step * 0.5)}"`
  return `<path d="${d}" stroke="${paint}" stroke-width="${n(step * 0.62)}" ${dash} ${opacity(share)} fill="none"/>`
}

export function oilskin(s: Sketch, t: Tones, trim: Tones): string {
  const body =
    "M330 196C300 210 268 222 250 240C226 330 216 480 206 700C300 722 500 722 594 700C584 480 574 330 550 240C532 222 500 210 470 196Z"
  const sleeve =
    "M256 236C212 260 190 330 170 420C156 490 146 540 142 580C160 594 190 598 212 592C222 520 244 430 262 380Z"
  const collar = "M330 200C340 176 370 164 400 164S460 176 470 200L448 256L400 236L352 256Z"
  const both = (d: string, paint: string, far = t.shade) =>
    fill(d, paint) + group(fill(d, far), 'transform="matrix(-1 0 0 1 800 0)"')
  const clasp = (y: number) =>
    box(382, y, 48, 13, "#2c2d2e", 'rx="4"') + box(388, y + 2, 14, 9, "#c7cdd0", 'rx="3"')
  return hung(
    `${body}${sleeve}`,
    line("M400 112C420 102 428 140 400 166", "#6b6f70", 8) +
      both(sleeve, bodyPaint(s, t)) +
      both("M146 556C166 570 194 574 214 568L212 592C190 598 160 594 142 580Z", trim.base, trim.shade) +
      fill(body, bodyPaint(s, t)) +
      fill(
        "M250 240C270 300 262 460 240 690L206 700C216 480 226 330 250 240ZM470 300C500 420 490 560 520 712C560 710 580 704 594 700C584 480 574 330 550 240C530 270 500 290 470 300Z",
        t.deep,
        opacity(0.22),
      ) +
      fill("M372 240H436V716H372Z", t.light, opacity(0.5)) +
      line("M436 244V714", t.deep, 4) +
      [300, 380, 460, 540].map(clasp).join("") +
      both("M240 520L344 508V584Q290 600 236 592Z", t.shade) +
      line("M240 520L344 508M560 520L456 508", t.deep, 5) +
      fill(collar, trim.base) +
      line(collar, trim.deep, 3) +
      fill("M352 256L400 236L448 256L436 270H364Z", t.deep, opacity(0.5)) +
      fill("M286 250C270 330 262 420 258 500C274 420 284 330 312 240Z", t.pale, opacity(0.6)) +
      line("M180 450C172 490 168 520 166 540", t.pale, 8, opacity(0.6)),
  )
}

export function souwester(s: Sketch, t: Tones, trim: Tones): string {
  const brim =
    "M160 486C158 446 200 436 250 440C350 410 500 414 570 448C660 492 724 590 752 706C700 730 640 700 584 640C500 566 350 520 236 540C190 548 162 530 160 486Z"
  const crown = "M236 462C222 320 300 236 404 232C508 236 580 320 576 484C480 428 340 424 236 462Z"
  return hung(
    `${brim}${crown}`,
    tube("M404 232C376 190 384 120 400 112C416 120 428 190 404 232", trim, 9) +
      fill(
        brim,
        s.linear(
          [
            [0, t.light],
            [0.5, t.base],
            [1, t.shade],
          ],
          [0, 0, 1, 0.7],
        ),
      ) +
      fill(
        "M236 540C350 520 500 566 584 640C640 700 700 730 752 706C700 706 640 668 592 612C500 536 350 492 226 508C194 512 170 504 161 478C160 530 190 548 236 540Z",
        t.deep,
        opacity(0.55),
      ) +
      line(
        "M196 488C330 450 500 490 610 590C650 628 690 664 734 688M212 470C340 430 520 470 630 576C664 610 696 640 726 660",
        t.shade,
        3,
        opacity(0.8),
      ) +
      fill(
        crown,
        s.linear([
          [0, t.base],
          [0.3, t.light],
          [0.6, t.base],
          [1, t.shade],
        ]),
      ) +
      line("M404 232C360 290 340 360 338 436M404 232C450 290 476 360 484 444", t.shade, 5) +
      line("M236 460C340 424 480 428 577 484", trim.base, 18) +
      oval(404, 232, 14, 9, trim.base) +
      fill(
        "M264 400C266 336 300 286 350 262C316 306 300 350 298 420C280 430 264 420 264 400Z",
        t.pale,
        opacity(0.65),
      ) +
      tube("M300 530C300 610 340 650 330 730", trim, 9) +
      tube("M500 576C490 640 430 670 420 752", trim, 9),
  )
}

export function gansey(s: Sketch, t: Tones): string {
  const body =
    "M330 200C296 206 268 214 246 230C244 340 242 520 244 640H556C558 520 556 340 554 230C532 214 504 206 470 200C450 222 350 222 330 200Z"
  const sleeve = "M248 230C206 260 176 380 152 560L142 616H212L222 570C230 500 240 440 250 400Z"
  const ribs = (x: number, y: number, width: number, height: number) =>
    line(
      repeat(Math.floor(width / 12), (i) => `M${x + 6 + i * 12} ${y}v${height}`),
      t.deep,
      4,
      opacity(0.45),
    )
  const ropes = [300, 400, 500]
    .map(
      (x) =>
        `M${x - 14} 250${repeat(8, (i) => `q${i % 2 ? -28 : 28} 12 0 24`)}M${x + 14} 250${repeat(8, (i) => `q${i % 2 ? 28 : -28} 12 0 24`)}`,
    )
    .join("")
  return hung(
    `${body}${sleeve}`,
    hanger +
      fill(sleeve, bodyPaint(s, t)) +
      group(fill(sleeve, t.shade), 'transform="matrix(-1 0 0 1 800 0)"') +
      fill(body, bodyPaint(s, t)) +
      s.within(
        body,
        line(ropes, t.line, 8, opacity(0.6)) +
          line(ropes, t.light, 5, `${opacity(0.8)} transform="translate(-3 -3)"`) +
          line("M240 452H560M240 464H560M350 240V440M450 240V440", t.deep, 3, opacity(0.5)) +
          knit(244, 482, 312, 8, 14, t.deep, 0.32),
      ) +
      box(244, 600, 312, 46, t.base) +
      ribs(244, 602, 312, 42) +
      fill("M148 580H218L212 622H142Z", t.base) +
      fill("M652 580H582L588 622H658Z", t.shade) +
      ribs(146, 584, 70, 34) +
      ribs(584, 584, 70, 34) +
      fill("M330 200C336 176 370 168 400 168S464 176 470 200C450 224 350 224 330 200Z", t.deep) +
      fill("M330 204C350 226 450 226 470 204L466 186C446 206 354 206 334 186Z", t.light) +
      line("M246 240C244 340 243 440 244 596M554 240C556 340 557 440 556 596", t.line, 4, opacity(0.4)),
  )
}

export function watchCap(s: Sketch, t: Tones): string {
  const crown = "M214 520C206 340 290 200 400 200S594 340 586 520Z"
  const cuff = "M196 500Q400 470 604 500L612 616Q400 650 188 616Z"
  const ribs = repeat(
    13,
    (i) => `M${n(218 + i * 30.4)} 520C${n(220 + i * 30)} 360 ${n(310 + i * 15)} 250 ${n(376 + i * 4)} 206`,
  )
  const cuffRibs = repeat(
    16,
    (i) =>
      `M${n(208 + i * 25.8)} ${n(494 - 17 * Math.sin((i / 15) * Math.PI))}L${n(202 + i * 26.6)} ${n(616 + 20 * Math.sin((i / 15) * Math.PI))}`,
  )
  return hung(
    `${crown}${cuff}`,
    tube("M400 206C384 180 386 120 400 114C414 120 416 180 400 206", t, 8) +
      fill(
        crown,
        s.linear([
          [0, t.base],
          [0.28, t.light],
          [0.6, t.base],
          [1, t.deep],
        ]),
      ) +
      line(ribs, t.deep, 7, opacity(0.4)) +
      line(ribs, t.pale, 4, `${opacity(0.35)} transform="translate(-8 0)"`) +
      fill("M200 500Q400 466 600 500V520Q400 480 200 520Z", t.line, opacity(0.4)) +
      fill(
        cuff,
        s.linear([
          [0, t.base],
          [0.28, t.light],
          [0.6, t.base],
          [1, t.shade],
        ]),
      ) +
      s.within(
        cuff,
        line(cuffRibs, t.deep, 8, opacity(0.42)) +
          line(cuffRibs, t.pale, 4, `${opacity(0.4)} transform="translate(-9 0)"`),
      ),
  )
}

export function bootSocks(s: Sketch, t: Tones, trim: Tones): string {
  const sock =
    "M-62 -250H62V40C62 70 80 90 120 108C176 130 190 150 186 180C182 214 150 220 100 214C20 208 -60 170 -64 90Z"
  const bands = (y: number) => `M-70 ${y}h140`
  const one = (turn: string) =>
    group(
      hung(
        sock,
        fill(
          sock,
          s.linear([
            [0, t.light],
            [0.5, t.base],
            [1, t.shade],
          ]),
        ) +
          s.within(
            sock,
            line([-196, -168].map(bands).join(""), trim.base, 17) +
              knit(-70, -136, 270, 25, 14, t.deep, 0.24) +
              fill(
                "M100 90C150 110 200 140 190 226H120C130 180 120 130 100 90ZM-80 40C-30 60 -10 110 -20 200H-90Z",
                trim.base,
              ),
          ) +
          box(-64, -256, 128, 44, t.base) +
          line(
            repeat(10, (i) => `M${-56 + i * 12.4} -254v40`),
            t.deep,
            4,
            opacity(0.5),
          ),
      ),
      turn,
    )
  const peg = tube("M-30 -256C-20 -320 10 -330 20 -256", tonesOf("Hemp"), 7)
  return (
    group(peg, 'transform="translate(400 372)"') +
    one('transform="translate(452 420) rotate(-5)"') +
    one('transform="translate(344 432) rotate(6)"') +
    tube("M366 190C380 150 390 124 400 112C410 130 430 160 440 182", tonesOf("Hemp"), 8)
  )
}

export function deckBoots(s: Sketch, t: Tones, trim: Tones): string {
  const boot =
    "M-92 -300C-60 -310 40 -310 72 -300C66 -200 62 -120 76 -60C110 -20 190 -16 218 30C230 56 228 70 226 84H-96C-104 20 -88 -60 -86 -120Z"
  const sole = "M-100 76H230V98Q230 112 214 112H70L60 100H20L10 116H-86Q-102 116 -102 100Z"
  const one = (place: string) =>
    group(
      contact(s, 60, 108, 170, 0.13) +
        fill(
          boot,
          s.linear([
            [0, t.base],
            [0.22, t.light],
            [0.5, t.base],
            [1, t.shade],
          ]),
        ) +
        fill("M-92 -300C-60 -310 40 -310 72 -300L70 -262C40 -272 -60 -272 -91 -262Z", trim.base) +
        oval(-10, -302, 80, 11, t.line) +
        line("M80 -52C50 -30 30 10 30 74M-88 -40C-70 -30 -60 0 -60 76", t.deep, 4, opacity(0.45)) +
        line("M-94 60H224", t.deep, 5, opacity(0.5)) +
        fill(sole, trim.shade) +
        line("M-98 82H228", trim.pale, 5, opacity(0.7)) +
        fill(
          "M-66 -240C-74 -160 -70 -100 -70 -50L-50 -46C-50 -110 -52 -170 -44 -240Z",
          t.pale,
          opacity(0.6),
        ) +
        line("M110 -10C150 0 180 14 196 34", t.pale, 8, opacity(0.6)),
      place,
    )
  const step =
    box(0, 640, 800, 160, "#9a938a") + box(0, 636, 800, 7, "#d9d3c8") + line("M0 720H800", "#7c756c", 3)
  return step + one('transform="translate(420 540) scale(.94)"') + one('transform="translate(270 578)"')
}
