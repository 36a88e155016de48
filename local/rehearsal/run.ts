import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { MemorySql } from "../../durable-objects/memory-sql.ts"
import { rehearsedRoom } from "../../durable-objects/room/rehearsed-room.ts"
import { SALE_MODES } from "../../waiting-room/mode.ts"
import type { SaleMode } from "../../waiting-room/mode.ts"
import { adviceOf } from "../../waiting-room/rehearsal/advice.ts"
import { readCurve } from "../../waiting-room/rehearsal/csv-curve.ts"
import type { Rehearsal } from "../../waiting-room/rehearsal/journal.ts"
import { CURVE_NAMES, defaultOptions, KNOBS, readOptions } from "../../waiting-room/rehearsal/options.ts"
import type { RehearsalOptions } from "../../waiting-room/rehearsal/options.ts"
import { drawFile } from "../../waiting-room/rehearsal/picture.ts"
import { rehearse } from "../../waiting-room/rehearsal/rehearse.ts"
import { judgePace } from "../../waiting-room/rehearsal/verdict.ts"
import { count, duration, tableOf } from "../../waiting-room/rehearsal/words.ts"
import { readSaleKnobs } from "./sale-file.ts"

/** `npm run simulate-sale -- --arrivals 1000000 --stock 5000 --svg sale.svg`: plays a sale before its day. */

const PROGRESS_MS = 1_000

class WrongOptions extends Error {}

/** What a sale's file says where the command line says nothing. */
type SaleAdmission = Parameters<typeof rehearsedRoom>[1]

function helpText(): string {
  const knobLines = (only: SaleMode | undefined) =>
    KNOBS.filter((knob) => knob.only === only).map(({ flag, label, help, fallback }) =>
      line(flag, `${label.toLowerCase()}: ${help}`, String(fallback)),
    )
  return [
    "Plays a sale on a model clock, with the code of the real line.",
    "",
    line("mode", `how the order comes about: ${SALE_MODES.join(", ")}`, "lottery"),
    ...knobLines(undefined),
    line("curve", `how people come after the bell: ${CURVE_NAMES.join(", ")},`, "spike"),
    line("", "or a CSV file of second,count from the bell (negative: before it)"),
    "",
    "Only with --mode first_come, where --before-bell come by the curve too, from the line's opening:",
    ...knobLines("first_come"),
    "",
    "Only with --mode draw, where who comes after the bell may not join:",
    ...knobLines("draw"),
    "",
    line("sale", "a JSON file as the merchant API takes it; the flags above go before it"),
    line("svg", "writes the picture to this file"),
    line("json", "writes all numbers to this file"),
    "",
    ...NOT_PLAYED,
    "",
    "Exits with 1 when the line broke a promise in the run.",
  ].join("\n")
}

function line(flag: string, help: string, fallback?: string): string {
  const name = flag === "" ? "" : `--${flag}`
  return `  ${name.padEnd(19)} ${help}${fallback === undefined ? "" : ` (${fallback})`}`
}

const NOT_PLAYED = [
  "Early access is not played: those who were invited go in before the bell, so take what they will buy",
  "off --stock. Accounts change who may join and not how the line moves: lower --arrivals and --no-show.",
]

function main(): void {
  const flags = readFlags()
  if (flags === "help") return console.log(helpText())
  const { options, admission, hasEarlyAccess } = optionsOf(flags)
  for (const flag of ["svg", "json"]) expectWritable(flag, flags.get(flag))
  const startedMs = performance.now()
  const rehearsal = rehearse(options, rehearsedRoom(memory(), admission), progress(options, startedMs))
  const tookMs = performance.now() - startedMs
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K")
  print(rehearsal, tookMs)
  if (hasEarlyAccess) console.log(`\n${NOT_PLAYED.join(" ")}`)
  const svg = flags.get("svg")
  if (svg !== undefined) writeFileSync(svg, drawFile(rehearsal))
  const json = flags.get("json")
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rehearsal, null, 2)}\n`)
  if ([...rehearsal.verdicts, ...judgePace(rehearsal)].some(({ ok }) => !ok)) process.exitCode = 1
}

function readFlags(): ReadonlyMap<string, string> | "help" {
  const names = [...KNOBS.map(({ flag }) => flag), "mode", "curve", "sale", "svg", "json"]
  const texts = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]))
  try {
    const { values } = parseArgs({ options: { ...texts, help: { type: "boolean", short: "h" } } })
    if (values["help"] === true) return "help"
    return new Map(
      Object.entries(values).flatMap(([flag, text]) => (typeof text === "string" ? [[flag, text]] : [])),
    )
  } catch (error) {
    throw new WrongOptions(error instanceof Error ? error.message : String(error))
  }
}

function optionsOf(flags: ReadonlyMap<string, string>): {
  options: RehearsalOptions
  admission: SaleAdmission
  hasEarlyAccess: boolean
} {
  const path = flags.get("sale")
  const sale = path === undefined ? null : readSaleKnobs(readText("sale", path))
  if (sale && !sale.ok)
    throw new WrongOptions(sale.errors.map((says) => `--sale ${path}: ${says}`).join("\n"))
  const base = { ...defaultOptions(), ...sale?.knobs }
  const curve = flags.get("curve")
  const isFile = curve !== undefined && !CURVE_NAMES.some((name) => name === curve)
  const texts = new Map([...flags].filter(([flag]) => !(flag === "curve" && isFile)))
  const { options, errors } = readOptions(texts, base)
  if (errors.length > 0)
    throw new WrongOptions(errors.map(({ flag, says }) => `--${flag} ${says}`).join("\n"))
  refuseOtherModes(options, flags)
  if (isFile) useCurveFile(options, curve, flags)
  return { options, admission: sale?.admission, hasEarlyAccess: sale?.hasEarlyAccess ?? false }
}

/** A flag that would change nothing was meant for something. */
function refuseOtherModes({ mode }: RehearsalOptions, flags: ReadonlyMap<string, string>): void {
  const lost = KNOBS.filter(({ flag, only }) => only && only !== mode && flags.has(flag))
  if (lost.length > 0)
    throw new WrongOptions(lost.map(({ flag, only }) => `--${flag} goes with --mode ${only}`).join("\n"))
}

function useCurveFile(options: RehearsalOptions, path: string, flags: ReadonlyMap<string, string>): void {
  for (const flag of ["arrivals", "before-bell"])
    if (flags.has(flag))
      throw new WrongOptions(`--${flag} goes with a named curve; the file says who comes when`)
  const read = readCurve(readText("curve", path), options.minutes)
  if (!read.ok) throw new WrongOptions(`--curve ${path}: ${read.says}`)
  options.curve = read.counts
  options.arrivals = read.counts.reduce((sum, [, people]) => sum + people, 0)
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    const known = flag === "curve" ? `, and is none of ${CURVE_NAMES.join(", ")}` : ""
    throw new WrongOptions(`--${flag} ${path} cannot be read${known}: ${String(error)}`)
  }
}

/** Before a long run rather than after it. */
function expectWritable(flag: string, path: string | undefined): void {
  if (path === undefined) return
  try {
    closeSync(openSync(path, "a"))
  } catch (error) {
    throw new WrongOptions(`--${flag} ${path} cannot be written: ${String(error)}`)
  }
}

/** All of it is one transaction: nothing is kept, so nothing need be made durable step by step. */
function memory(): MemorySql {
  const sql = new MemorySql()
  sql.database.exec("BEGIN")
  return sql
}

function progress({ minutes }: RehearsalOptions, startedMs: number): (second: number) => void {
  let toldMs = startedMs
  return (second) => {
    const nowMs = performance.now()
    if (nowMs - toldMs < PROGRESS_MS) return
    toldMs = nowMs
    const text = `${duration(second)} of ${duration(minutes * 60)} played in ${duration((nowMs - startedMs) / 1_000)}`
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }
}

function print(rehearsal: Rehearsal, tookMs: number): void {
  const table = tableOf(rehearsal)
  const width = Math.max(...table.map(([label]) => label.length))
  for (const [label, words] of table) console.log(`${label.padEnd(width)}  ${words}`)
  console.log("")
  for (const advice of adviceOf(rehearsal)) console.log(`- ${advice}`)
  console.log("")
  for (const { ok, says, checked } of [...rehearsal.verdicts, ...judgePace(rehearsal)])
    console.log(`${ok ? "kept  " : "BROKEN"}  ${says} (looked at ${count(checked)} times)`)
  const { user, system } = process.cpuUsage()
  const cpuSeconds = ((user + system) / 1e6).toFixed(1)
  const megabytes = process.resourceUsage().maxRSS / 1_024
  console.log(
    `\nplayed in ${(tookMs / 1_000).toFixed(1)} s, ${cpuSeconds} s of CPU, ${count(megabytes)} MiB of memory at most, seed ${rehearsal.options.seed}`,
  )
}

try {
  main()
} catch (error) {
  if (!(error instanceof WrongOptions)) throw error
  console.error(`${error.message}\n\nSee --help.`)
  process.exitCode = 2
}
