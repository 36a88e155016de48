import type { Contestant, Field } from "./contestants.ts"

/** What a crowd that waits asks for. */

export const LINE = ["join", "board"] as const

/** Shoppers prepared for a second of the first round; later rounds go by what the last one took. */
const SHOPPERS_PER_SECOND = 20_000
const SHOPPERS_MARGIN = 1.5

export function lineContestants({ generator, connections, spillways, tokenKeys }: Field): Contestant[] {
  const { port, server, saleId } = spillways.line
  const common = { kind: "load", pid: server.pid, port, connections } as const
  let perSecond = SHOPPERS_PER_SECOND
  return [
    {
      name: "join",
      what: "POST /api/sales/{id}/tickets, every shopper new, with a session",
      isServed: true,
      async run(seconds) {
        const count = Math.ceil(perSecond * seconds)
        const plan = { kind: "joins", count, saleId, tokenKeys } as const
        const round = await generator.run({ ...common, seconds, status: 201, plan })
        perSecond = (round.count / round.seconds) * SHOPPERS_MARGIN
        return round
      },
    },
    {
      name: "board",
      what: "GET /api/sales/{id}/board",
      isServed: true,
      run: (seconds) =>
        generator.run({
          ...common,
          seconds,
          status: 200,
          plan: { kind: "get", path: `/api/sales/${saleId}/board` },
        }),
    },
  ]
}
