import { createReadStream } from "node:fs"
import { readFile } from "node:fs/promises"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import type { DrawDocument } from "../waiting-room/draw.ts"
import {
  checkAllTickets,
  checkBoard,
  checkDocument,
  checkEarlyAccess,
  checkProof,
  checkUnchanged,
  standingOf,
} from "../waiting-room/draw-check.ts"
import type { Check, TicketProof } from "../waiting-room/draw-check.ts"
import { packTicketIds } from "../waiting-room/ticket-tree.ts"
import { chainInfo, checkSignature, knownChain } from "./drand-chain.ts"
import type { ChainInfo } from "./drand-chain.ts"
import { CannotLook, endWith, messageOf } from "./command.ts"

/**
 * Checks a sale's draw from the outside, with nothing but what is public: `npm run verify-draw -- --sale <address or
 * id>`. Ends with 1 when anything does not hang together, with 2 when it could not look.
 */

const USAGE = `npm run verify-draw -- --sale <address or id> [--url http://localhost:8787] [--ticket <ticket id>]
    [--arrived <epoch ms>] [--invited] [--tickets all|<file>] [--beacon https://api.drand.sh|off]
    [--seen <file with the draw's JSON from before the bell>]
  or, without a shop: --draw <file with the draw's JSON> [--ticket …] [--tickets <file>]

  --ticket   recomputes this ticket's lot and rank, and checks that it was sealed before the bell
  --arrived  when the ticket arrived, if after the bell (in a first-come sale: after the line opened); before that
             only the lot counts
  --invited  the ticket was joined with an invitation to early access, which has a draw of its own
  --tickets  rebuilds the trees from all ids: read from the shop, or from a file of lines "<shard> <ticket id>"
  --seen     compares with what was published then: curl <shop>/api/sales/<id>/draw > seen.json
  --beacon   where the random number is asked for again, and the key of a chain other than drand's quicknet`

const DEFAULT_URL = "http://localhost:8787"
const DEFAULT_BEACON = "https://api.drand.sh"
const ANSWER_MS = 20_000
const SALE_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

const MARKS = { ok: "ok      ", mismatch: "MISMATCH", unknown: "-       " } as const

async function main(): Promise<number> {
  const options = readOptions()
  const shop = options.sale === undefined ? null : shopOf(options.sale, options.url)
  const draw = shop ? await readJson<DrawDocument>(shop("draw")) : await readDrawFile(options.draw ?? "")
  const checks = [...checkDocument(draw), ...(await checkEarlyAccess(draw))]
  if (shop) checks.push(checkBoard(draw, await readJson(shop("board"))))
  if (options.seen !== undefined) checks.push(checkUnchanged(await readDrawFile(options.seen), draw))
  checks.push(...(await checkRound(draw, options.beacon)))
  if (options.tickets !== undefined)
    checks.push(...checkAllTickets(draw, await readTickets(draw, options.tickets, shop)))
  if (options.ticket !== undefined) checks.push(...(await checkTicketOf(draw, options, shop)))

  console.log(`Sale ${draw.saleId}, draw "${draw.phase}", commitment ${draw.drawCommitment}`)
  for (const { result, name, detail } of checks)
    console.log(`${MARKS[result]}  ${name}\n            ${detail}`)
  const wrong = checks.filter(({ result }) => result === "mismatch").length
  const open = checks.filter(({ result }) => result === "unknown").length
  console.log(
    wrong > 0
      ? `${wrong} of ${checks.length} checks failed. This draw is not what it says.`
      : `Nothing is wrong: ${checks.length - open} checks hold, ${open} cannot be made (see above).`,
  )
  return wrong > 0 ? 1 : 0
}

interface Options {
  sale?: string
  url: string
  draw?: string
  ticket?: string
  arrived?: string
  invited: boolean
  tickets?: string
  seen?: string
  beacon: string
}

function readOptions(): Options {
  const text = { type: "string" } as const
  const names = ["sale", "url", "draw", "ticket", "arrived", "tickets", "seen", "beacon"] as const
  const { values } = parseArgs({
    options: {
      ...(Object.fromEntries(names.map((name) => [name, text])) as Record<
        (typeof names)[number],
        typeof text
      >),
      invited: { type: "boolean", default: false },
    },
  })
  if ((values.sale === undefined) === (values.draw === undefined))
    throw new CannotLook(`Say which sale, or which file.\n${USAGE}`)
  if (values.draw !== undefined && values.tickets === "all")
    throw new CannotLook("--tickets all reads from the shop: give --sale, or a file of tickets.")
  return { ...values, url: values.url ?? DEFAULT_URL, beacon: values.beacon ?? DEFAULT_BEACON }
}

/** Addresses of a sale's public calls, from its id, or from the address of any of its pages. */
function shopOf(sale: string, url: string): (call: string) => URL {
  const [saleId] = sale.match(SALE_ID) ?? []
  if (!saleId) throw new CannotLook(`${sale} has no sale's id in it: 36 characters, like 0199…-…-….`)
  const base = /^https?:\/\//.test(sale) ? sale : url
  return (call) => new URL(`/api/sales/${saleId}/${call}`, base)
}

/** Asks the beacon itself, so that not even the shop's word on the random number has to be taken. */
async function checkRound(draw: DrawDocument, source: string): Promise<Check[]> {
  const { beacon, beaconAnswer } = draw
  if (!beacon || !beaconAnswer) return []
  const chainAddress = `${source}/${beacon.chainHash}`
  const known = knownChain(beacon.chainHash)
  if (source === "off") return checkSignature(draw, known)
  const signed = checkSignature(draw, known ?? (await askForChain(new URL(`${chainAddress}/info`))))
  const name = "The beacon says the same random number"
  const address = `${chainAddress}/public/${beacon.round}`
  try {
    const { randomness } = await readJson<{ randomness: string }>(new URL(address))
    const same = randomness === beaconAnswer.randomness
    return [...signed, { name, result: same ? "ok" : "mismatch", detail: `${address}: ${randomness}` }]
  } catch (error) {
    const detail = `${messageOf(error)} (name another one with --beacon)`
    return [...signed, { name, result: "unknown", detail }]
  }
}

/** Null where nobody tells, or not in drand's form. Whether it is that chain's is for the check to say. */
async function askForChain(address: URL): Promise<ChainInfo | null> {
  const info = await readJson<unknown>(address).catch(() => null)
  return chainInfo.safeParse(info).data ?? null
}

async function checkTicketOf(
  draw: DrawDocument,
  { ticket = "", arrived, invited }: Options,
  shop: ((call: string) => URL) | null,
): Promise<Check[]> {
  packTicketIds([ticket]) // Says so when it is none.
  const ranksFromMs = draw.ranksFromMs ?? draw.opensAtMs
  const arrivedAtMs = arrived === undefined ? ranksFromMs - 1 : Number(arrived)
  if (!Number.isSafeInteger(arrivedAtMs)) throw new CannotLook("--arrived is epoch milliseconds.")
  const standing = await standingOf(draw, { ticketId: ticket, arrivedAtMs, invited })
  const name = `Ticket ${ticket}`
  const isGuess = arrived === undefined && !invited && draw.ranksFromMs !== undefined
  const condition = isGuess ? " if it came before the line opened; else give --arrived" : ""
  const checks: Check[] = [
    standing
      ? { name, result: "ok", detail: `lot ${standing.lot}, rank ${standing.rank}${condition}` }
      : {
          name,
          result: "unknown",
          detail: `Its lot is known ${invited ? "with early access" : "at the bell"}.`,
        },
  ]
  // Those who were invited are not keyed with the seed, so nothing of theirs is sealed.
  if (shop && draw.tickets && !invited) {
    const address = shop("draw/proof")
    address.searchParams.set("ticketId", ticket)
    checks.push(checkProof(draw, ticket, await readJson<TicketProof>(address)))
  }
  return checks
}

/** Every shard's ids, packed. */
async function readTickets(
  draw: DrawDocument,
  source: string,
  shop: ((call: string) => URL) | null,
): Promise<Uint8Array[]> {
  const idsByShard: string[][] = (draw.tickets?.shards ?? []).map(() => [])
  if (source === "all" && shop) {
    for (const [shard, ids] of idsByShard.entries()) await readShard(shop, shard, ids)
  } else {
    const lines = createInterface({ input: createReadStream(source) })
    for await (const line of lines) {
      const [shard = "", ticketId = ""] = line.split(" ")
      const ids = idsByShard[Number(shard)]
      if (!ids || shard === "") throw new CannotLook(`${source}: "${line}" is not "<shard> <ticket id>".`)
      ids.push(ticketId)
    }
  }
  return idsByShard.map(packTicketIds)
}

async function readShard(shop: (call: string) => URL, shard: number, ids: string[]): Promise<void> {
  for (let after: string | null = ""; after !== null;) {
    const address = shop("draw/tickets")
    address.searchParams.set("shard", String(shard))
    address.searchParams.set("after", after)
    const page: { ticketIds: string[]; nextAfter: string | null } = await readJson(address)
    for (const ticketId of page.ticketIds) ids.push(ticketId)
    after = page.nextAfter
  }
}

async function readJson<T>(address: URL): Promise<T> {
  const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(
    (error: unknown) => {
      throw new CannotLook(`${address.origin} does not answer: ${messageOf(error)}`)
    },
  )
  if (!response.ok) throw new CannotLook(`${address.href} answered ${response.status}.`)
  return (await response.json()) as T
}

async function readDrawFile(path: string): Promise<DrawDocument> {
  const draw = JSON.parse(await readFile(path, "utf8").catch(giveUp)) as Partial<DrawDocument> | null
  if (typeof draw?.drawCommitment !== "string" || typeof draw.phase !== "string")
    throw new CannotLook(`${path} is not the JSON of GET /api/sales/{saleId}/draw.`)
  return draw as DrawDocument
}

function giveUp(error: unknown): never {
  throw new CannotLook(messageOf(error))
}

endWith(main(), "It could not be checked")
