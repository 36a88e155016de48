import { GROUND } from "./scenes.ts"
import { oval } from "./sketch.ts"
import type { Sketch } from "./sketch.ts"

/** Warm light in the room's air, strongest around its source. */
export function halo(s: Sketch, cx: number, cy: number, r: number, strength = 0.6): string {
  const air = s.radial([
    [0, "#ffdf9e", strength],
    [0.35, "#f6bf72", strength * 0.42],
    [1, "#f6bf72", 0],
  ])
  return oval(cx, cy, r, r, air)
}

/** The table under a lamp, lit. */
export function pool(s: Sketch, cx: number, half: number): string {
  return oval(
    cx,
    GROUND + 24,
    half,
    half * 0.17,
    s.radial([
      [0, "#ffd999", 0.75],
      [0.6, "#f0b366", 0.3],
      [1, "#f0b366", 0],
    ]),
  )
}
