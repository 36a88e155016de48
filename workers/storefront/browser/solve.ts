import { searchProof } from "../../../waiting-room/proof-search.ts"
import type { Progress, Work } from "./challenge/solve-apart.ts"

/** A worker of its own: searches for the proof, and says how far it is about ten times a second. */

const TRIED_AT_ONCE = 20_000

addEventListener("message", ({ data }: MessageEvent<Work>) => {
  const { nonce, bits } = data
  for (let from = 0; ; from += TRIED_AT_ONCE) {
    const counter = searchProof(nonce, bits, { from, count: TRIED_AT_ONCE })
    const said: Progress = counter === null ? { tried: from + TRIED_AT_ONCE } : { counter }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window
    postMessage(said)
    if (counter !== null) return
  }
})
