import { MINUTES_MAX } from "./options.ts"

const ROWS_MAX = 200_000
const COUNT_MAX = 100_000_000

/** A line of arrivals by second: `second,count`, counted from the bell, negative before it. A heading may stand first. */
export function readCurve(
  text: string,
  minutes: number,
): { ok: true; counts: [number, number][] } | { ok: false; says: string } {
  const lines = text.split(/\r?\n/)
  if (lines.length > ROWS_MAX) return { ok: false, says: `has more than ${ROWS_MAX} lines` }
  const counts: [number, number][] = []
  let sum = 0
  for (const [index, line] of lines.entries()) {
    const match = /^\s*(-?\d+)\s*,\s*(\d+)\s*$/.exec(line)
    if (!match) {
      if (line.trim() === "" || (index === 0 && /[a-z]/i.test(line))) continue
      return { ok: false, says: `line ${index + 1} is not "second,count": ${line.slice(0, 40)}` }
    }
    const [second, count] = [Number(match[1]), Number(match[2])]
    if (second >= minutes * 60 || second < -MINUTES_MAX * 60)
      return {
        ok: false,
        says: `line ${index + 1}: second ${second} is outside the sale's ${minutes} minutes`,
      }
    sum += count
    if (sum > COUNT_MAX) return { ok: false, says: `has more than ${COUNT_MAX} arrivals` }
    counts.push([second, count])
  }
  return counts.length === 0 ? { ok: false, says: "has no arrivals" } : { ok: true, counts }
}
