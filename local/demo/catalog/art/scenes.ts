import { box, fill, line, n, opacity, oval, repeat } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"

/** Where the things of a category are seen: each has one room, one hour and one palette. */
export type Scene = (s: Sketch) => string

export const scenes = {
  Stoneware: niche,
  Glass: window,
  Light: dusk,
  Cloth: floor,
  Wood: workshop,
  Weather: porch,
  Quay: quay,
  Enamel: kitchen,
} as const satisfies Record<string, Scene>

/** Most things stand at this height, on whatever their scene gives them to stand on. */
export const GROUND = 660

function wall(s: Sketch, lit: string, middle: string, far: string): string {
  const paint = s.linear(
    [
      [0, lit],
      [0.55, middle],
      [1, far],
    ],
    [0, 0, 1, 1],
  )
  return box(0, 0, 800, 800, paint)
}

/** A lime-washed niche with a ledge: the pottery's own shelf. */
function niche(s: Sketch): string {
  const arch = "M120 640V380C120 40 680 40 680 380V640Z"
  const hollow = s.linear(
    [
      [0, "#cdb79c"],
      [0.4, "#e3d3bc"],
      [1, "#efe3d0"],
    ],
    [0, 0, 1, 0.4],
  )
  const ledge = s.linear(
    [
      [0, "#f7efe1"],
      [0.34, "#e6d8c2"],
      [1, "#d3c1a6"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#f6eee1", "#efe3d1", "#e2d2ba") +
    fill(arch, hollow) +
    fill("M120 640V380C120 40 680 40 680 380C660 150 190 130 166 400V640Z", "#a98e6f", opacity(0.25)) +
    line(arch, "#fffaf0", 3, opacity(0.55)) +
    box(0, 636, 800, 164, ledge) +
    box(0, 634, 800, 5, "#fffaf0", opacity(0.8))
  )
}

/** A deep sill by the water on a bright, overcast morning. */
function window(s: Sketch): string {
  const sky = s.linear(
    [
      [0, "#eef5f4"],
      [0.6, "#d5e5e6"],
      [1, "#c3d9db"],
    ],
    [0, 0, 0, 1],
  )
  const sill = s.linear(
    [
      [0, "#f8faf7"],
      [1, "#cfdbd9"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#e9efed", "#dfe8e6", "#cbd8d7") +
    box(96, 70, 608, 560, sky) +
    box(96, 468, 608, 162, "#9fbdc3") +
    line(
      repeat(6, (i) => `M${n(s.between(110, 420))} ${490 + i * 19}h${n(s.between(60, 260))}`),
      "#dcebea",
      4,
      opacity(0.6),
    ) +
    fill("M96 468h608v-7c-90-16-180-4-262-22c-120-26-240 4-346 14z", "#8aa6ab", opacity(0.75)) +
    line("M96 70H704V630M96 70V630", "#fbfcfa", 20, 'stroke-linejoin="miter"') +
    line("M87 62V630", "#b9c9c8", 3) +
    box(0, 626, 800, 174, sill) +
    box(0, 624, 800, 5, "#fff")
  )
}

/** A room after sunset; what stands here brings its own light. */
function dusk(s: Sketch): string {
  const table = s.linear(
    [
      [0, "#5a4436"],
      [1, "#33271f"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#34495a", "#293c4d", "#1d2c3b") +
    box(0, 646, 800, 154, table) +
    box(0, 644, 800, 4, "#8a6a50", opacity(0.8)) +
    line("M0 700C200 694 500 706 800 698M0 752C300 744 560 760 800 750", "#241a14", 2, opacity(0.5))
  )
}

/** Scrubbed boards seen from above, crossed by the light of a tall window. */
function floor(s: Sketch): string {
  const boards = repeat(4, (i) => `M${160 + i * 160} 0V800`)
  const panes = "M-40 330L300 -40H470L-40 520ZM-40 640L590 -40H760L-40 830Z"
  return (
    wall(s, "#e9e5de", "#ddd8cf", "#cbc5ba") +
    line(boards, "#a79f92", 3, opacity(0.6)) +
    line(boards, "#fbf8f2", 2, `${opacity(0.7)} transform="translate(3 0)"`) +
    line(
      repeat(
        14,
        (i) =>
          `M${n(12 + (i % 5) * 160 + s.between(8, 130))} ${n(s.between(0, 500))}v${n(s.between(90, 260))}`,
      ),
      "#b5ad9f",
      2,
      opacity(0.4),
    ) +
    fill(panes, "#fffaf0", opacity(0.5))
  )
}

/** The joiner's bench with a low winter sun on the plaster behind. */
function workshop(s: Sketch): string {
  const sun = s.radial([
    [0, "#fbf3df"],
    [0.8, "#f7ebd0"],
    [1, "#f3e4c4"],
  ])
  const bench = s.linear(
    [
      [0, "#b9a288"],
      [0.2, "#a48c72"],
      [1, "#86705a"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#e4dfcf", "#d8d3c1", "#c3bfac") +
    oval(350, 370, 290, 290, sun) +
    box(0, 640, 800, 160, bench) +
    box(0, 638, 800, 5, "#d9c6ae") +
    line(
      "M0 690C240 684 460 698 800 690M0 738C260 746 520 730 800 740M0 780H800",
      "#6f5a46",
      2,
      opacity(0.45),
    )
  )
}

/** The boarded porch where wet things hang. */
function porch(s: Sketch): string {
  const boards = repeat(7, (i) => `M${100 + i * 100} 0V800`)
  const rail = s.linear(
    [
      [0, "#eee7d8"],
      [1, "#cfc6b4"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#c3d0d2", "#b0c0c4", "#95a8ae") +
    line(boards, "#7f949b", 4, opacity(0.7)) +
    line(boards, "#dbe5e6", 2, `${opacity(0.8)} transform="translate(4 0)"`) +
    box(0, 78, 800, 62, rail) +
    box(0, 140, 800, 10, "#6d8087", opacity(0.45)) +
    repeat(
      3,
      (i) =>
        oval(106 + i * 300, 116, 19, 19, "#8b8370", opacity(0.45)) +
        oval(100 + i * 300, 108, 18, 18, "#a98e66") +
        oval(96 + i * 300, 103, 8, 7, "#d8c39c"),
    )
  )
}

/** The quay's edge on a clear forenoon: planks, then water, then the far shore. */
function quay(s: Sketch): string {
  const sky = s.linear(
    [
      [0, "#d9e6e6"],
      [1, "#f4ecdc"],
    ],
    [0, 0, 0, 1],
  )
  const sea = s.linear(
    [
      [0, "#8fb0b5"],
      [1, "#5f8b95"],
    ],
    [0, 0, 0, 1],
  )
  const deck = s.linear(
    [
      [0, "#cdbfa8"],
      [1, "#a89780"],
    ],
    [0, 0, 0, 1],
  )
  const glints = repeat(9, (i) => `M${n(s.between(20, 640))} ${n(404 + i * 15)}h${n(s.between(30, 130))}`)
  return (
    box(0, 0, 800, 400, sky) +
    fill("M0 392C90 350 200 356 300 372S520 384 640 356S760 360 800 350V400H0Z", "#a3b7b5") +
    box(0, 390, 800, 180, sea) +
    line(glints, "#e3efec", 4, opacity(0.5)) +
    box(0, 552, 800, 248, deck) +
    box(0, 549, 800, 7, "#efe4cf") +
    line("M0 612H800M0 690H800", "#7d6d59", 4, opacity(0.6)) +
    line("M210 556V612M560 614V690M130 692V800M660 692V800", "#7d6d59", 3, opacity(0.5)) +
    line("M198 578v.1M222 578v.1M548 654v.1M572 654v.1", "#5d5040", 7, opacity(0.6))
  )
}

/** Hand-made tiles over a slate worktop. */
function kitchen(s: Sketch): string {
  const rows = repeat(5, (i) => `M0 ${i * 132 - 20}H800`)
  const joints = repeat(5, (row) => repeat(5, (i) => `M${(row % 2) * 90 + i * 180} ${row * 132 - 20}v132`))
  const glint = () =>
    box(
      Math.floor(s.random() * 5) * 180 + 4,
      Math.floor(s.random() * 4) * 132 - 16,
      172,
      124,
      "#fffdf6",
      opacity(0.32),
    )
  const worktop = s.linear(
    [
      [0, "#7d858a"],
      [0.25, "#666e74"],
      [1, "#4d555b"],
    ],
    [0, 0, 0, 1],
  )
  return (
    wall(s, "#eef0e6", "#e0e5da", "#c9d2c8") +
    repeat(4, glint) +
    line(rows + joints, "#b3beb2", 4, opacity(0.75)) +
    line(rows + joints, "#fffef8", 2, `${opacity(0.9)} transform="translate(3 3)"`) +
    box(0, 638, 800, 162, worktop) +
    box(0, 636, 800, 5, "#aab2b5")
  )
}
