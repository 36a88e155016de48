import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { roundAtMs, roundFrom } from "../waiting-room/draw.ts"

/**
 * The public randomness beacon on one machine: answers as drand's HTTP API does, with a chain of its own. A round comes
 * when it is due and not before, and is the same at every start, so it surprises nobody who looks here: for tests and
 * for trying things out.
 */

export const LOCAL_CHAIN_HASH = createHash("sha256").update("spillway local beacon").digest("hex")

/** A signature of quicknet's length; no key made it. */
const SIGNATURE_BYTES = 48

export interface LocalBeacon {
  url: string
  /** What `DRAND_URL` is set to. */
  chainUrl: string
  stop(): Promise<void>
}

/** On a port that the system picks: nobody but the Worker and whoever checks a draw needs it. */
export async function startBeacon(now: () => number = Date.now): Promise<LocalBeacon> {
  const server = createServer((request, response) => {
    const { status, body } = answerTo(request.url ?? "/", now())
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    chainUrl: `${url}/${LOCAL_CHAIN_HASH}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answerTo(path: string, nowMs: number): { status: number; body: object } {
  const [, chain, asked] = path.match(/^\/([0-9a-f]{64})\/public\/(latest|[1-9][0-9]{0,14})$/) ?? []
  if (chain !== LOCAL_CHAIN_HASH || asked === undefined)
    return { status: 404, body: { error: "no such chain, or no such call" } }
  const newest = roundFrom(nowMs + 1).round - 1
  const round = asked === "latest" ? newest : Number(asked)
  if (roundAtMs(round) > nowMs) return { status: 425, body: { error: "Requested future beacon" } }
  return { status: 200, body: localRound(round) }
}

function localRound(round: number): { round: number; randomness: string; signature: string } {
  const parts = ["a", "b"].map((part) =>
    createHash("sha256").update(`spillway local beacon/${round}/${part}`).digest(),
  )
  const signature = Buffer.concat(parts).subarray(0, SIGNATURE_BYTES)
  return {
    round,
    randomness: createHash("sha256").update(signature).digest("hex"),
    signature: signature.toString("hex"),
  }
}
