import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { unstable_getMiniflareWorkerOptions as miniflareOptionsOf } from "wrangler"
import { CONTESTANTS, contestantsOn } from "./contestants.ts"
import type { Contestant } from "./contestants.ts"
import { startGenerator } from "./load/generator.ts"
import type { Round } from "./load/generator.ts"
import { readOptions } from "./options.ts"
import type { Options } from "./options.ts"
import { reportOf, tableOf } from "./report.ts"
import type { Report } from "./report.ts"
import { PROJECT } from "../local/stack/bundle.ts"
import { RECORDS } from "./records.ts"
import { PURCHASES, PurchaseBench } from "./purchases.ts"
import { startFloors } from "./servers/floors.ts"
import { startRecords } from "./servers/postgres.ts"
import { startSpillway } from "./servers/spillway.ts"
import { startWholeShop } from "./servers/whole-shop.ts"
import { TARGETS } from "./targets.ts"

/**
 * Measures the hot path against floors of the same run: what this machine and this runtime can do at all, right now.
 *
 *     npm run bench -- [--rounds 5] [--seconds 4] [--connections 64] [--only NAME,NAME] [--json FILE] [--strict]
 */

/** Long enough for the hot code to be compiled. Not counted. */
const WARMUP_SECONDS = 2

/**
 * Before each turn, not counted. The runtime puts an object away that nobody has asked for ten seconds, and in a round
 * others take longer than that; a sale's object is not put away. What a start costs is a contestant of its own.
 */
const WAKE_SECONDS = 0.5

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const taking = takingPart(options.only)
  await using parts = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), "spillway-bench-"))
  parts.defer(() => rm(dataDir, { recursive: true, force: true }))
  const tokenKeys = `bench:${randomBytes(32).toString("base64url")}`
  const floors = await startFloors(dataDir, compatibilityDate())
  parts.defer(() => floors.stop())
  const startOne = async (name: string) => {
    const spillway = await startSpillway(join(dataDir, name), tokenKeys)
    parts.defer(() => spillway.server.stop())
    return spillway
  }
  const spillways = {
    holds: await startOne("holds"),
    lanes: await startOne("lanes"),
    soldOut: await startOne("sold-out"),
    line: await startOne("line"),
    young: await startOne("young"),
    old: await startOne("old"),
  }
  const records = RECORDS.some((name) => taking.has(name)) ? await startRecords(dataDir) : null
  if (records) parts.defer(() => records.stop())
  const generator = startGenerator()
  parts.defer(() => generator.stop())

  const shop = PURCHASES.some((name) => taking.has(name))
    ? await startWholeShop(join(dataDir, "whole-shop"), tokenKeys)
    : null
  if (shop) parts.defer(() => shop.stop())
  const purchases = shop && new PurchaseBench({ shop, generator, tokenKeys })

  const field = {
    generator,
    connections: options.connections,
    floors,
    spillways,
    tokenKeys,
    db: records?.db ?? null,
    purchases,
  }
  const contestants = contestantsOn(field).filter(({ name }) => taking.has(name))
  const report = reportOf(options, contestants, await runRounds(options, contestants))
  await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`)
  say(tableOf(report))
  if (purchases) say(await purchases.stations())
  if (options.strict && missed(report)) process.exitCode = 1
}

/** Round robin: a slow minute of the machine falls on everybody. */
async function runRounds(
  options: Options,
  contestants: readonly Contestant[],
): Promise<Map<string, Round[]>> {
  const rounds = new Map(contestants.map(({ name }) => [name, [] as Round[]]))
  for (const contestant of contestants) await contestant.run(WARMUP_SECONDS)
  for (let round = 1; round <= options.rounds; round++) {
    for (const contestant of contestants) {
      if (contestant.isServed) await contestant.run(WAKE_SECONDS)
      const figures = await contestant.run(options.seconds)
      rounds.get(contestant.name)?.push(figures)
      const perSecond = Math.round(figures.count / figures.seconds)
      say(`round ${round} of ${options.rounds}  ${contestant.name}: ${perSecond}/s`)
    }
  }
  return rounds
}

/** The contestants that were asked for, and the floors they are compared with. */
function takingPart(only: string | null): Set<string> {
  const names: readonly string[] = CONTESTANTS
  if (only === null) return new Set(names)
  const asked = only.split(",")
  if (!asked.every((name) => names.includes(name)))
    throw new Error(`--only takes some of ${names.join(",")}, with commas between them`)
  const floors = TARGETS.flatMap(({ contestant, floor }) =>
    asked.includes(contestant) && floor ? [floor] : [],
  )
  return new Set([...asked, ...floors])
}

/** The floors run on the platform's behaviour of the same date as the Worker. */
function compatibilityDate(): string {
  const { compatibilityDate: date } = miniflareOptionsOf(join(PROJECT, "wrangler.toml")).workerOptions
  if (typeof date !== "string") throw new Error("wrangler.toml has no compatibility_date")
  return date
}

function missed({ verdicts }: Report): boolean {
  return verdicts.some(({ met }) => !met)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
