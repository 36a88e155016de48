import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Answer } from "./load/connection.ts"
import { Connection } from "./load/connection.ts"
import { prepareRequests } from "./load/requests.ts"
import { openSale, startSpillway } from "./servers/spillway.ts"
import type { Spillway } from "./servers/spillway.ts"

/** Each with a session and a pass of their own, and all press the button at once. */
const SHOPPERS = 10_000

/** Two shoppers share one: workerd takes two file descriptors for a connection, and a process may not have many more. */
const CONNECTIONS = 5_000

const UNITS = 500

/** Connections are opened in groups, so that none is turned away before the rush. */
const OPENED_TOGETHER = 200

const TIMEOUT_MS = 120_000

describe("ten thousand shoppers at once for five hundred units of one SKU", () => {
  const tokenKeys = `rush:${randomBytes(32).toString("base64url")}`
  let dataDir = ""
  let spillway: Spillway

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "spillway-rush-"))
    spillway = await startSpillway(dataDir, tokenKeys)
  }, TIMEOUT_MS)

  afterAll(async () => {
    await spillway.server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it.each([{ lanes: 1 }, { lanes: 8 }])(
    "holds exactly five hundred over $lanes lanes, and tells everybody else that it is sold out",
    async ({ lanes }) => {
      const sku = `RUSH-${lanes}`
      const saleId = await openSale(spillway, { sku, units: UNITS, lanes })
      const plan = { kind: "holds", count: SHOPPERS, again: false, sku, saleId, tokenKeys } as const
      const { buffers } = await prepareRequests(plan)
      const connections = await openAll(spillway.port)
      try {
        const answers = (
          await Promise.all(connections.map((connection, i) => pressAll(connection, buffers, i)))
        ).flat()
        const tally = new Map<string, number>()
        for (const answer of answers) {
          const code = answer.status === 201 ? "held" : /"code":"(\w+)"/.exec(answer.text())?.[1]
          const key = `${answer.status} ${code}`
          tally.set(key, (tally.get(key) ?? 0) + 1)
        }
        expect(Object.fromEntries(tally)).toEqual({ "201 held": UNITS, "409 sold_out": SHOPPERS - UNITS })
      } finally {
        for (const connection of connections) connection.close()
      }
    },
    TIMEOUT_MS,
  )

  /** The shoppers of one connection, one after the other. */
  async function pressAll(connection: Connection, buffers: readonly Buffer[], at: number): Promise<Answer[]> {
    const answers: Answer[] = []
    for (let i = at; i < buffers.length; i += CONNECTIONS) {
      const request = buffers[i]
      if (request) answers.push(await connection.send(request))
    }
    return answers
  }

  async function openAll(port: number): Promise<Connection[]> {
    const connections: Connection[] = []
    while (connections.length < CONNECTIONS) {
      const group = Array.from({ length: OPENED_TOGETHER }, () => Connection.open(port))
      connections.push(...(await Promise.all(group)))
    }
    return connections
  }
})
