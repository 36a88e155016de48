import { parseArgs } from "node:util"

export interface Options {
  rounds: number
  /** Of each contestant's turn in a round. */
  seconds: number
  connections: number
  /** Null: every contestant. Floors that a contestant is compared with take part anyway. */
  only: string | null
  /** Where the figures are written. */
  json: string
  /** A missed target is a failure. */
  strict: boolean
}

const CONNECTIONS_MAX = 1_024

export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      connections: { type: "string", default: "64" },
      only: { type: "string" },
      json: { type: "string", default: "bench/results.json" },
      strict: { type: "boolean", default: false },
    },
  })
  return {
    rounds: wholeNumber("rounds", values.rounds, 100),
    seconds: wholeNumber("seconds", values.seconds, 60),
    connections: wholeNumber("connections", values.connections, CONNECTIONS_MAX),
    only: values.only ?? null,
    json: values.json,
    strict: values.strict,
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  throw new Error(`--${name} is a whole number from 1 to ${max}, not "${text}"`)
}
