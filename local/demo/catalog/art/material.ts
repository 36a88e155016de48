import { fill, line, n, oval, repeat, group } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"
import type { Tones } from "./tones.ts"

type Point = readonly [x: number, y: number, corner: boolean]

/**
 * A turned thing's silhouette from rim to foot, as `height:half-width` pairs with `!` where the line breaks:
 * `'330:140 440:142 652:108! 660:108'`.
 */
export function profileOf(silhouette: string): Point[] {
  return silhouette.split(" ").map((pair) => {
    const [y, half] = pair.replace("!", "").split(":").map(Number)
    if (y === undefined || half === undefined) throw new Error(`"${pair}" is no height:half-width pair.`)
    return [half, y, pair.endsWith("!")]
  })
}

/** How far an upright circle is seen from above: the ratio of its ellipse. */
export const TILT = 0.15

/** Light comes from the upper left, so a round body is brightest at its left third. */
export function roundPaint(s: Sketch, t: Tones): string {
  return s.linear([
    [0, t.base],
    [0.24, t.light],
    [0.52, t.base],
    [0.84, t.shade],
    [1, t.base],
  ])
}

/** The closed outline of a turned body about a middle line, with the curve of its foot and back rim. */
export function turned(silhouette: string, cx = 400, tilt = TILT): string {
  const profile = profileOf(silhouette)
  const left = profile.map(([half, y, corner]): Point => [cx - half, y, corner])
  const right = profile.map(([half, y, corner]): Point => [cx + half, y, corner]).reverse()
  const arcTo = ([half, y]: Point, x: number) => `A${n(half)} ${n(half * tilt)} 0 0 0 ${n(x)} ${n(y)}`
  const [top, foot] = ends(profile)
  return `M${n(cx - top[0])} ${n(top[1])}${smooth(left)}${arcTo(foot, cx + foot[0])}${smooth(right)}${arcTo(top, cx - top[0])}Z`
}

/** The rim and the foot of a silhouette. */
export function ends(profile: readonly Point[]): [rim: Point, foot: Point] {
  const rim = profile[0]
  const foot = profile[profile.length - 1]
  if (!rim || !foot) throw new Error("A silhouette needs at least its rim and its foot.")
  return [rim, foot]
}

/** A curve through the points (from the first, where the pen already is), broken at corners. */
export function smooth(points: readonly Point[]): string {
  const pull = (index: number): readonly [number, number] => {
    const before = points[index - 1]
    const here = points[index]
    const after = points[index + 1]
    if (!before || !after || here?.[2]) return [0, 0]
    return [(after[0] - before[0]) / 6, (after[1] - before[1]) / 6]
  }
  return points
    .slice(1)
    .map(([x, y], at) => {
      const from = points[at] ?? [x, y]
      const [outX, outY] = pull(at)
      const [inX, inY] = pull(at + 1)
      return `C${n(from[0] + outX)} ${n(from[1] + outY)} ${n(x - inX)} ${n(y - inY)} ${n(x)} ${n(y)}`
    })
    .join("")
}

/** The near half of a circle around a turned body. */
export function hoop(y: number, half: number, cx = 400, tilt = TILT): string {
  return `M${n(cx - half)} ${n(y)}A${n(half)} ${n(half * tilt)} 0 0 0 ${n(cx + half)} ${n(y)}`
}

/** An open mouth: lip, then the dark of the inside with the light catching its far wall. */
export function mouth(s: Sketch, t: Tones, y: number, half: number, lip = 9, cx = 400, tilt = TILT): string {
  const inside = s.linear([
    [0, t.deep],
    [0.55, t.shade],
    [1, t.base],
  ])
  const innerY = Math.max(2, half * tilt - lip * 0.55)
  return oval(cx, y, half, half * tilt, t.light) + oval(cx, y + 1, half - lip, innerY, inside)
}

/** A rod bent along a line: handle, cord, wire. */
export function tube(d: string, t: Tones, width: number): string {
  const shift = `transform="translate(${n(-width * 0.1)} ${n(-width * 0.12)})"`
  const lit = `transform="translate(${n(-width * 0.2)} ${n(-width * 0.22)})"`
  return line(d, t.deep, width) + line(d, t.base, width * 0.74, shift) + line(d, t.light, width * 0.22, lit)
}

/** The soft dark where a thing touches its ground, longer to the right, away from the light. */
export function contact(
  s: Sketch,
  cx: number,
  y: number,
  half: number,
  depth = 0.16,
  tint = "#1d2433",
): string {
  const soft = s.radial([
    [0, tint, 0.5],
    [0.55, tint, 0.26],
    [1, tint, 0],
  ])
  return (
    oval(cx + half * 0.22, y + half * 0.03, half * 1.35, half * depth * 1.5, soft) +
    oval(cx + 4, y + 3, half, half * depth, soft)
  )
}

/** The lower edge of a dipped glaze: an arc around the body, with a few runs that stopped where they cooled. */
export function glazeEdge(s: Sketch, y: number, half: number, runs: number, length: number): string {
  const width = (half * 2) / runs
  const longest = Math.floor(s.between(1, runs - 1))
  const sag = (x: number) => half * TILT * Math.sqrt(Math.max(0, 1 - ((x - 400) / half) ** 2))
  let d = `M${n(400 - half - 20)} 0V${n(y)}H${n(400 - half)}`
  for (let index = 0; index < runs; index += 1) {
    const x = 400 - half + index * width
    const run = length * (index === longest ? s.between(1.5, 2) : s.between(0, 0.8) ** 2)
    const end = x + width
    const floor = y + sag(x + width / 2) + run
    d += `C${n(x + width * 0.42)} ${n(y + sag(x))} ${n(x + width * 0.1)} ${n(floor)} ${n(x + width * 0.5)} ${n(floor)}`
    d += `S${n(end - width * 0.42)} ${n(y + sag(end))} ${n(end)} ${n(y + sag(end))}`
  }
  return `${d}H${n(400 + half + 20)}V0Z`
}

/** Iron specks in a clay body, as one path of dots. */
export function specks(
  s: Sketch,
  x: number,
  y: number,
  width: number,
  height: number,
  count: number,
  paint: string,
): string {
  const dot = () => `M${n(x + s.random() * width)} ${n(y + s.random() * height)}h.1`
  return (
    line(repeat(Math.floor(count / 3), dot), paint, 5, 'opacity=".45"') +
    line(repeat(count, dot), paint, 2.8, 'opacity=".5"')
  )
}

/** Long lines of wood grain across a box, gently wandering. */
export function grain(
  s: Sketch,
  x: number,
  y: number,
  width: number,
  height: number,
  count: number,
  paint: string,
): string {
  const strand = (index: number) => {
    const at = y + ((index + s.between(0.2, 0.8)) / count) * height
    const drift = () => s.between(-height / count, height / count) * 0.7
    return `M${n(x)} ${n(at)}c${n(width * 0.3)} ${n(drift())} ${n(width * 0.6)} ${n(drift())} ${n(width)} ${n(drift() * 0.5)}`
  }
  return line(repeat(count, strand), paint, 2.2, 'opacity=".38"')
}

/** A glancing highlight down the lit side of a glossy body. */
export function gleam(d: string, share = 0.5): string {
  return fill(d, "#fffdf4", `opacity="${share}"`)
}

/** Laid rope along a line: three strands seen as slanting dashes on a round body. */
export function rope(s: Sketch, d: string, t: Tones, width: number): string {
  const put = s.stamp(`<path d="${d}"/>`)
  const lay = (at: number) =>
    put(`stroke-dashoffset="${n(width * 0.14 * at)}" transform="translate(0 ${n(width * 0.26 * at)})"`)
  const lays = `stroke="${t.shade}" stroke-width="${n(width * 0.3)}" stroke-linecap="butt" stroke-dasharray="${n(width * 0.14)} ${n(width * 0.42)}"`
  const body =
    put(`stroke="${t.deep}" stroke-width="${width}"`) +
    put(`stroke="${t.base}" stroke-width="${n(width * 0.84)}"`)
  const lit = put(
    `stroke="${t.light}" stroke-width="${n(width * 0.3)}" transform="translate(0 ${n(-width * 0.2)})"`,
  )
  return group(body + lit + group(lay(-1) + lay(0) + lay(1), lays), 'fill="none"')
}
