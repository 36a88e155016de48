import { ledgerContestants, LEDGERS } from "./ledgers.ts"
import { LINE, lineContestants } from "./line.ts"
import type { Generator, Round } from "./load/generator.ts"
import type { RequestPlan } from "./load/requests.ts"
import { FLOORS } from "./servers/floors.ts"
import { PURCHASES } from "./purchases.ts"
import type { PurchaseBench } from "./purchases.ts"
import { recordContestants, RECORDS } from "./records.ts"
import type { Database } from "../db/client.ts"
import type { Floor } from "./servers/floors.ts"
import type { Server } from "./servers/server.ts"
import { HOT_SKU, LANES, LANES_SKU, SOLD_OUT_SKU } from "./servers/spillway.ts"
import type { Spillway } from "./servers/spillway.ts"

export interface Contestant {
  name: string
  what: string
  /** Answers requests, from an object that the runtime may have put away since its last turn. */
  isServed: boolean
  run(seconds: number): Promise<Round>
}

export interface Field {
  generator: Generator
  connections: number
  floors: Server
  /** One for each contestant, as each floor has its own: what one keeps in memory is in nobody else's way. */
  spillways: Record<"holds" | "lanes" | "soldOut" | "line" | "young" | "old", Spillway>
  tokenKeys: string
  /** Null where nobody takes part who writes to it. */
  db: Database | null
  /** Null where nobody takes part who buys. */
  purchases: PurchaseBench | null
}

export const CONTESTANTS = [
  ...FLOORS,
  "holds",
  "lanes",
  "sold-out",
  ...LINE,
  ...LEDGERS,
  ...RECORDS,
  ...PURCHASES,
  "state-machine",
] as const

const WHAT_FLOOR_DOES: Record<Floor, string> = {
  bare: "a Worker answers a small JSON document",
  "object-call": "a Worker calls an object that stores nothing",
  transaction: "a Worker calls an object that writes one row in a transaction of its own",
}

/** Shoppers prepared for a second of the first round; later rounds go by what the last one took. */
const SHOPPERS_PER_SECOND = 8_000
const SHOPPERS_MARGIN = 1.5

/** Shoppers that ask for what is gone; a refusal changes nothing, so they ask again and again. */
const LATECOMERS = 10_000

export function contestantsOn(field: Field): Contestant[] {
  return [
    ...FLOORS.map((floor) => floorContestant(field, floor)),
    holdsContestant(field, "holds", "POST /api/holds on one hot SKU, every shopper new", HOT_SKU),
    holdsContestant(field, "lanes", `the same on a SKU that is spread over ${LANES} lanes`, LANES_SKU),
    {
      name: "sold-out",
      what: "POST /api/holds of a SKU that has no units left",
      isServed: true,
      run: (seconds) =>
        load(field, { seconds, status: 409, by: "soldOut", sku: SOLD_OUT_SKU, count: LATECOMERS }),
    },
    ...lineContestants(field),
    ...ledgerContestants(field.spillways.young, field.spillways.old),
    ...(field.db ? recordContestants(field.db) : []),
    ...(field.purchases?.contestants() ?? []),
    {
      name: "state-machine",
      what: "holds decided on SQLite in memory, on Node",
      isServed: false,
      run: (seconds) => field.generator.run({ kind: "state-machine", seconds }),
    },
  ]
}

function floorContestant({ generator, connections, floors }: Field, floor: Floor): Contestant {
  const plan = { kind: "get", path: "/" } as const
  return {
    name: floor,
    what: WHAT_FLOOR_DOES[floor],
    isServed: true,
    async run(seconds) {
      const port = await floors.portOf(floor)
      return generator.run({ kind: "load", pid: floors.pid, port, connections, seconds, status: 201, plan })
    },
  }
}

/** Every request is a new hold of a new shopper. */
function holdsContestant(field: Field, name: "holds" | "lanes", what: string, sku: string): Contestant {
  let perSecond = SHOPPERS_PER_SECOND
  return {
    name,
    what,
    isServed: true,
    async run(seconds) {
      const shoppers = Math.ceil(perSecond * seconds)
      const round = await load(field, { seconds, status: 201, by: name, sku, count: shoppers })
      perSecond = Math.max(SHOPPERS_PER_SECOND, (round.count / round.seconds) * SHOPPERS_MARGIN)
      return round
    },
  }
}

interface HoldLoad {
  seconds: number
  status: 201 | 409
  by: "holds" | "lanes" | "soldOut"
  sku: string
  /** Shoppers. Who is refused asks again and again; who is answered does not. */
  count: number
}

function load(
  { generator, connections, spillways, tokenKeys }: Field,
  { by, sku, count, seconds, status }: HoldLoad,
): Promise<Round> {
  const { port, server, saleId } = spillways[by]
  const plan: RequestPlan = { kind: "holds", count, again: status === 409, sku, saleId, tokenKeys }
  return generator.run({ kind: "load", pid: server.pid, port, connections, seconds, status, plan })
}
