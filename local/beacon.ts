import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { roundAtMs, roundFrom } from "../waiting-room/draw.ts"
import { hashOfChain, publicKeyOf, QUICKNET, signRound } from "./drand-chain.ts"
import type { ChainInfo } from "./drand-chain.ts"

/**
 * The public randomness beacon on one machine: answers as drand's HTTP API does, with a chain of its own in quicknet's
 * scheme. A round comes when it is due and not before. Its key is no secret, so its numbers surprise nobody who looks
 * here: for tests and for trying things out.
 */

/** SHA-256 of a text; below the order of the group, as a key must be. */
const SECRET_KEY = createHash("sha256").update("spillway local beacon").digest()

const LOCAL_BEACON_ID = "spillway-local"

export interface LocalBeacon {
  url: string
  /** What `DRAND_URL` is set to. */
  chainUrl: string
  stop(): Promise<void>
}

/** On a port that the system picks: nobody but the Worker and whoever checks a draw needs it. */
export async function startBeacon(now: () => number = Date.now): Promise<LocalBeacon> {
  const info = localChain()
  const chainHash = hashOfChain(info)
  const server = createServer((request, response) => {
    const { status, body } = answerTo(request.url ?? "/", { info, chainHash }, now())
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
    chainUrl: `${url}/${chainHash}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Quicknet's timing, a group of nobody, and the local key. */
function localChain(): ChainInfo {
  return {
    ...QUICKNET,
    public_key: publicKeyOf(SECRET_KEY),
    groupHash: createHash("sha256").update(LOCAL_BEACON_ID).digest("hex"),
    metadata: { beaconID: LOCAL_BEACON_ID },
  }
}

function answerTo(
  path: string,
  { info, chainHash }: { info: ChainInfo; chainHash: string },
  nowMs: number,
): { status: number; body: object } {
  const [, chain, call, asked] =
    path.match(/^\/([0-9a-f]{64})\/(info|public\/(latest|[1-9][0-9]{0,14}))$/) ?? []
  if (chain !== chainHash) return { status: 404, body: { error: "no such chain, or no such call" } }
  if (call === "info") return { status: 200, body: { ...info, hash: chainHash } }
  const newest = roundFrom(nowMs + 1).round - 1
  const round = asked === "latest" ? newest : Number(asked)
  if (roundAtMs(round) > nowMs) return { status: 425, body: { error: "Requested future beacon" } }
  return { status: 200, body: localRound(round) }
}

function localRound(round: number): { round: number; randomness: string; signature: string } {
  const signature = signRound(round, SECRET_KEY)
  const randomness = createHash("sha256").update(signature, "hex").digest("hex")
  return { round, randomness, signature }
}
