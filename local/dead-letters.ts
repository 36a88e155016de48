import { parseArgs } from "node:util"
import { MerchantCallFailed, MerchantClient } from "./demo/merchant-client.ts"

/**
 * What could not be written to Postgres: `npm run dead-letters`. By the merchant's API, so it works against a deployed
 * shop, too. Ends with 1 when something was refused once more, with 2 when it could not ask.
 */

const USAGE = `npm run dead-letters -- [list [--all]]
npm run dead-letters -- show <id>
npm run dead-letters -- replay <id>… | --all
    [--url http://localhost:8787] [--token <token of staff or an owner>]

  list      what waits to be replayed; with --all what was replayed, too
  show      one with its whole message, as JSON
  replay    writes it now: it lands once, however often; --all: everything that waits, oldest first
  --token   in its place the variable SPILLWAY_MERCHANT_TOKEN; locally neither is needed`

const DEFAULT_URL = "http://localhost:8787"
const LOCAL_TOKEN = "local-merchant-token"
const PAGE = 100
const REASON_SHOWN_MAX = 160

class WrongUse extends Error {}

interface DeadLetter {
  id: number
  messageId: string
  reason: string
  attempts: number
  lastFailedAtMs: number
  replayedAtMs: number | null
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: "boolean", default: false }, url: { type: "string" }, token: { type: "string" } },
  })
  const [command = "list", ...ids] = positionals
  const token = values.token ?? process.env["SPILLWAY_MERCHANT_TOKEN"] ?? LOCAL_TOKEN
  const merchant = new MerchantClient(values.url ?? DEFAULT_URL, token)
  for (const id of ids) if (!/^\d+$/.test(id)) throw new WrongUse(`"${id}" is no dead letter's id, a number.`)
  if (command === "list" && ids.length === 0) return list(merchant, values.all)
  const [id] = ids
  if (command === "show" && id !== undefined && ids.length === 1) {
    console.log(JSON.stringify(await merchant.get(`/merchant/api/dead-letters/${id}`), null, 2))
    return 0
  }
  if (command === "replay" && ids.length > 0 !== values.all)
    return replay(merchant, values.all ? waitingIn(merchant) : ids.map((each) => ({ id: Number(each) })))
  throw new WrongUse(USAGE)
}

async function list(merchant: MerchantClient, all: boolean): Promise<number> {
  let count = 0
  for await (const { id, messageId, reason, attempts, lastFailedAtMs, replayedAtMs } of lettersOf(
    merchant,
    all,
  )) {
    count++
    const at = new Date(lastFailedAtMs).toISOString()
    const state = replayedAtMs === null ? "waits" : `replayed ${new Date(replayedAtMs).toISOString()}`
    console.log(`${id}  ${messageId}  ${state}  ${attempts} attempts, last ${at}\n    ${shortened(reason)}`)
  }
  console.log(count === 0 ? "Nothing waits to be replayed." : `${count} in all.`)
  return 0
}

async function replay(
  merchant: MerchantClient,
  letters: AsyncIterable<{ id: number }> | Iterable<{ id: number }>,
): Promise<number> {
  let landed = 0
  let refused = 0
  for await (const { id } of letters) {
    try {
      await merchant.post(`/merchant/api/dead-letters/${id}/replay`, {})
      landed++
      console.log(`${id}  landed`)
    } catch (error) {
      if (!(error instanceof MerchantCallFailed) || error.code !== "replay_refused") throw error
      refused++
      console.log(`${id}  refused: ${shortened(error.message)}`)
    }
  }
  console.log(`${landed} landed, ${refused} refused.`)
  return refused > 0 ? 1 : 0
}

/** Page by page; each page is asked for by the last id seen, so replaying meanwhile skips nothing. */
async function* lettersOf(merchant: MerchantClient, all: boolean): AsyncGenerator<DeadLetter> {
  for (let after: number | null = 0; after !== null;) {
    const page: { deadLetters: DeadLetter[]; nextAfter: number | null } = await merchant.get(
      `/merchant/api/dead-letters?after=${after}&limit=${PAGE}&all=${all}`,
    )
    yield* page.deadLetters
    after = page.nextAfter
  }
}

const waitingIn = (merchant: MerchantClient) => lettersOf(merchant, false)

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ")
  return line.length <= REASON_SHOWN_MAX ? line : `${line.slice(0, REASON_SHOWN_MAX)}…`
}

main().then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    const isPlain = error instanceof WrongUse || error instanceof MerchantCallFailed
    console.error(isPlain ? message : `The shop could not be asked: ${message}`)
    process.exitCode = 2
  },
)
