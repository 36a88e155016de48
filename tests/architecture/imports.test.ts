import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

/**
 * Imports run one way: `workers -> durable-objects | waiting-room | db`, objects may import the waiting room, and
 * nothing that is deployed imports what only runs locally.
 */

const PROJECT = fileURLToPath(new URL("../..", import.meta.url))

const MAY_IMPORT: Record<string, readonly string[]> = {
  "waiting-room": ["waiting-room"],
  "durable-objects": ["durable-objects", "waiting-room"],
  db: ["db"],
  workers: ["workers", "durable-objects", "waiting-room", "db"],
}

/**
 * What a Worker file may know of an object's folder: its contract, how ledgers are called and hold together, Stripe, what
 * prices come to, how money is counted and added up, and how coupons are compared with lanes.
 */
const OPEN_TO_WORKERS = [
  /\/contract\.ts$/,
  /^durable-objects\/checkout\/stripe-books\.ts$/,
  /^durable-objects\/fnv1a\.ts$/,
  /^durable-objects\/stock\/(hold-items|ledgers|lease\/names)\.ts$/,
  /^durable-objects\/checkout\/(currency|sample-order|stripe|stripe-webhooks|totals)\.ts$/,
  /^durable-objects\/prices\/(quote|rules-copy|coupon\/contract)\.ts$/,
  /^durable-objects\/reconciler\/coupon-uses\.ts$/,
]
const MAY_NAME_OBJECTS = new Set(["workers/index.ts", "workers/environment.ts"])

interface Import {
  from: string
  to: string
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"))
}

function importsOf(path: string): Import[] {
  const text = readFileSync(join(PROJECT, path), "utf8")
  const specifiers = [
    ...text.matchAll(/\bfrom\s+"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)|^import\s+"(\.[^"]+)"/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "")
  return specifiers.map((specifier) => ({
    from: path,
    to: relative(PROJECT, resolve(PROJECT, dirname(path), specifier)),
  }))
}

const all = Object.keys(MAY_IMPORT).flatMap(sourcesOf).flatMap(importsOf)

describe("imports", () => {
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    it(`of ${folder}/ stay within ${allowed.join(", ")}`, () => {
      const astray = all.filter(
        ({ from, to }) =>
          from.startsWith(`${folder}/`) &&
          !to.startsWith("dist/") &&
          !allowed.some((name) => to.startsWith(`${name}/`)),
      )
      // The migrator and the SQLite in memory run on Node, beside what they belong to.
      expect(astray).toEqual([])
    })
  }

  it("of the Worker reach into an object's folder only through its contract", () => {
    const astray = all.filter(
      ({ from, to }) =>
        from.startsWith("workers/") &&
        to.startsWith("durable-objects/") &&
        !MAY_NAME_OBJECTS.has(from) &&
        !OPEN_TO_WORKERS.some((open) => open.test(to)),
    )
    expect(astray).toEqual([])
  })

  it("of Stripe's SDK stand in one file", () => {
    const importers = Object.keys(MAY_IMPORT)
      .flatMap(sourcesOf)
      .filter((path) => /from "stripe"/.test(readFileSync(join(PROJECT, path), "utf8")))
    expect(importers).toEqual(["durable-objects/checkout/stripe.ts"])
  })
})

it("no drawer is named utils, helpers, common, misc or shared", () => {
  const drawers = ["workers", "durable-objects", "db", "waiting-room", "local", "build", "tests"]
    .flatMap(sourcesOf)
    .filter((path) => /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.)/.test(path))
  expect(drawers).toEqual([])
})
