import { cpus, loadavg } from "node:os"
import type { Contestant } from "./contestants.ts"
import type { Spread } from "./figures.ts"
import { spreadOf } from "./figures.ts"
import type { Round } from "./load/generator.ts"
import type { Options } from "./options.ts"
import { judge } from "./targets.ts"
import type { Target, Verdict } from "./targets.ts"

/** Above it the load generator, not the server, may be what was measured. */
const CLIENT_BUSY_MAX = 0.95

export interface Summary {
  name: string
  what: string
  perSecond: Spread
  p50Ms: number | null
  p99Ms: number | null
  /** CPU time of workerd for a thousand answers, in milliseconds: steadier than the rate on a shared machine. */
  cpuMsPer1000: number | null
  clientBusy: number | null
}

export interface Report {
  atMs: number
  machine: { cpus: string; cores: number; load: number[]; node: string }
  options: Pick<Options, "rounds" | "seconds" | "connections">
  summaries: Summary[]
  verdicts: Verdict[]
  rounds: Record<string, readonly Round[]>
}

export function reportOf(
  options: Options,
  contestants: readonly Contestant[],
  rounds: ReadonlyMap<string, readonly Round[]>,
): Report {
  const { rounds: count, seconds, connections } = options
  return {
    atMs: Date.now(),
    machine: { cpus: cpus()[0]?.model ?? "?", cores: cpus().length, load: loadavg(), node: process.version },
    options: { rounds: count, seconds, connections },
    summaries: contestants.map((contestant) => summaryOf(contestant, rounds.get(contestant.name) ?? [])),
    verdicts: judge(rounds),
    rounds: Object.fromEntries(rounds),
  }
}

function summaryOf({ name, what }: Contestant, rounds: readonly Round[]): Summary {
  return {
    name,
    what,
    perSecond: spreadOf(rounds.map((round) => round.count / round.seconds)),
    p50Ms: medianOf(rounds.map((round) => round.p50Ms)),
    p99Ms: medianOf(rounds.map((round) => round.p99Ms)),
    cpuMsPer1000: medianOf(
      rounds.map(({ cpuSeconds, count }) => (cpuSeconds === null ? null : (cpuSeconds * 1e6) / count)),
    ),
    clientBusy: medianOf(rounds.map((round) => round.clientBusy)),
  }
}

/** Null when any round lacks the figure. */
function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 && known.length === values.length ? spreadOf(known).median : null
}

/** The figures as a table for people, one line for each contestant and a further one for each further target. */
export function tableOf({ summaries, verdicts }: Report): string {
  const header = [
    "name",
    "per second (min..max)",
    "p50 ms",
    "p99 ms",
    "CPU ms/1000",
    "ratio to floor (min..max)",
    "target",
    "",
  ]
  const lines = summaries.flatMap((summary) => {
    const own = verdicts.filter((verdict) => verdict.target.contestant === summary.name).map(verdictCells)
    const [first = ["", "", ""], ...others] = own
    return [
      [...figureCells(summary), ...first],
      ...others.map((cells) => [...Array.from({ length: 5 }, () => ""), ...cells]),
    ]
  })
  const busy = summaries.filter((summary) => (summary.clientBusy ?? 0) > CLIENT_BUSY_MAX)
  const notes = busy.map(
    ({ name }) => `${name}: the load generator was busy all the time; the server can do more.`,
  )
  return [...aligned([header, ...lines]), ...notes].join("\n")
}

function figureCells({ name, perSecond, p50Ms, p99Ms, cpuMsPer1000 }: Summary): string[] {
  const { median, min, max } = perSecond
  return [
    name,
    `${whole(median)} (${whole(min)}..${whole(max)})`,
    decimal(p50Ms, 1),
    decimal(p99Ms, 1),
    decimal(cpuMsPer1000, 0),
  ]
}

function verdictCells({ target, reached, met }: Verdict): string[] {
  const ratio = ({ median, min, max }: Spread) =>
    `${median.toFixed(2)} (${min.toFixed(2)}..${max.toFixed(2)}) of ${target.floor}'s ${target.measure}`
  const isRate = target.measure === "rate"
  const plain = isRate ? "" : `${reached.median.toFixed(2)} ${target.measure}`
  return [target.floor === null ? plain : ratio(reached), wordsOf(target), met ? "met" : "MISSED"]
}

function wordsOf({ bound, value, floor, measure }: Target): string {
  const words = floor === null && measure === "rate" ? `${whole(value)}/s` : String(Number(value.toFixed(3)))
  return `${bound === "at least" ? ">=" : "<="} ${words}`
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  )
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US")
}

function decimal(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits)
}
