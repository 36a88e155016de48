import { DRAW_FACTOR_DEFAULT, modeOf, SALE_MODES, TURN_MINUTES_DEFAULT } from "../mode.ts"
import type { ModeSettings, SaleMode } from "../mode.ts"

/**
 * The knobs of a rehearsal, in one table: the command line, the merchant's page and the checks all read it, so that a
 * knob means the same wherever it is turned.
 */

/** How a crowd comes after the bell. Counts by second stand for themselves: a negative second is before the bell. */
export type Curve = "spike" | "steady" | "waves" | readonly (readonly [second: number, count: number])[]

export const CURVE_NAMES = ["spike", "steady", "waves"] as const satisfies readonly Curve[]

export interface RehearsalOptions {
  mode: SaleMode
  arrivals: number
  beforeBell: number
  curve: Curve
  stock: number
  perMinute: number
  maxActive: number
  passMinutes: number
  holdSeconds: number
  noShow: number
  buy: number
  pay: number
  decideSeconds: number
  paySeconds: number
  minutes: number
  seed: number
  /** Only in a first-come sale: how long before the bell its line opens. */
  waitingMinutes: number
  /** Only in a draw, as the sale has them. */
  drawFactor: number
  turnMinutes: number
  /** Only in a draw: nobody told its winners to be there at the bell. */
  comeBackSeconds: number
}

export type KnobName = Exclude<keyof RehearsalOptions, "curve" | "mode">

export interface Knob {
  name: KnobName
  /** As it is written after two dashes, and in the page's address. */
  flag: string
  label: string
  help: string
  fallback: number
  min: number
  max: number
  /** Shares are between 0 and 1, a factor has decimals too, all else is counted. */
  kind: "count" | "share" | "factor"
  /** The one mode in which it means something. */
  only?: SaleMode
}

/** More than have ever come to one sale; the crowd is drawn as the line moves, so this costs nothing but counting. */
const ARRIVALS_MAX = 100_000_000

/** The longest sale that is played: each second of it is a tick. */
export const MINUTES_MAX = 1_440

export const KNOBS: readonly Knob[] = [
  knob("arrivals", "People who come", "how many join the line, before and after the bell", [
    100_000,
    0,
    ARRIVALS_MAX,
  ]),
  share("beforeBell", "Of these before the bell", "the share that is there when the bell rings", 0.7),
  knob("stock", "Units on sale", "of all items together; everyone takes one", [5_000, 1, 100_000_000]),
  knob("perMinute", "Let in per minute", "the rate of admission", [3_000, 1, 600_000]),
  knob("maxActive", "Inside at most", "live passes at one time", [5_000, 1, 1_000_000]),
  knob("passMinutes", "Minutes a pass lasts", "how long one may stay inside", [10, 1, 60]),
  knob(
    "holdSeconds",
    "Seconds a hold lasts",
    "how long a unit is kept for whoever holds it",
    [600, 30, 3_600],
  ),
  share("noShow", "Who are gone when called", "the share of turns that nobody takes", 0.3),
  share("buy", "Of those inside who hold one", "the share that takes a unit", 0.6),
  share(
    "pay",
    "Of those who hold, who pay",
    "the share; others let the hold run out, and the unit comes back",
    0.9,
  ),
  knob(
    "decideSeconds",
    "Seconds to decide",
    "from coming in until taking a unit, on average",
    [30, 0, 3_600],
  ),
  knob("paySeconds", "Seconds to pay", "from taking a unit until it is paid, on average", [90, 0, 3_600]),
  knob("minutes", "Minutes the sale runs", "from the bell to the close", [60, 1, MINUTES_MAX]),
  knob("seed", "Seed", "the same seed plays the same sale", [1, 0, 2 ** 32 - 1]),
  {
    ...knob(
      "waitingMinutes",
      "Minutes the line is open before the bell",
      "places are by arrival from then on",
      [10, 0, MINUTES_MAX],
    ),
    only: "first_come",
  },
  {
    ...knob("drawFactor", "Winners for each unit", "more than one, because not all of them buy", [
      DRAW_FACTOR_DEFAULT,
      1,
      10,
    ]),
    kind: "factor",
    only: "draw",
  },
  {
    ...knob("turnMinutes", "Minutes a turn lasts", "after them the next in rank is drawn", [
      TURN_MINUTES_DEFAULT,
      1,
      1_440,
    ]),
    only: "draw",
  },
  {
    ...knob(
      "comeBackSeconds",
      "Seconds until a winner comes",
      "from being called, on average: nobody told them to be there",
      [120, 0, 86_400],
    ),
    only: "draw",
  },
]

function knob(
  name: KnobName,
  label: string,
  help: string,
  [fallback, min, max]: [number, number, number],
): Knob {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { name, flag, label, help, fallback, min, max, kind: "count" }
}

function share(name: KnobName, label: string, help: string, fallback: number): Knob {
  return { ...knob(name, label, help, [fallback, 0, 1]), kind: "share" }
}

export function defaultOptions(): RehearsalOptions {
  const numbers = Object.fromEntries(KNOBS.map(({ name, fallback }) => [name, fallback]))
  return { ...(numbers as Pick<RehearsalOptions, KnobName>), mode: "lottery", curve: "spike" }
}

/** What a sale's mode comes to in knobs. */
export function modeKnobsOf(sale: {
  admission: ModeSettings
  waitingOpensAtMs: number
  opensAtMs: number
}): Pick<RehearsalOptions, "mode" | "waitingMinutes" | "drawFactor" | "turnMinutes"> {
  const { drawFactor = DRAW_FACTOR_DEFAULT, turnMinutes = TURN_MINUTES_DEFAULT } = sale.admission
  const waitingMinutes = Math.round((sale.opensAtMs - sale.waitingOpensAtMs) / 60_000)
  return {
    mode: modeOf(sale.admission),
    waitingMinutes: Math.min(MINUTES_MAX, waitingMinutes),
    drawFactor,
    turnMinutes,
  }
}

export interface OptionError {
  flag: string
  says: string
}

/** Options from text, by flag; what is left out has its default. All that is wrong is told at once. */
export function readOptions(
  texts: ReadonlyMap<string, string>,
  base: RehearsalOptions = defaultOptions(),
): { options: RehearsalOptions; errors: OptionError[] } {
  const options = { ...base }
  const errors: OptionError[] = []
  for (const knob of KNOBS) {
    const text = texts.get(knob.flag)?.trim()
    if (text === undefined) continue
    options[knob.name] = numberOf(text)
    errors.push(...judgeKnob(knob, options[knob.name], text))
  }
  readName("mode", SALE_MODES, texts, errors, (mode) => (options.mode = mode))
  readName("curve", CURVE_NAMES, texts, errors, (curve) => (options.curve = curve))
  return { options, errors }
}

function readName<Name extends string>(
  flag: string,
  names: readonly Name[],
  texts: ReadonlyMap<string, string>,
  errors: OptionError[],
  take: (name: Name) => void,
): void {
  const text = texts.get(flag)
  if (text === undefined) return
  const known = names.find((name) => name === text)
  if (known !== undefined) take(known)
  else errors.push({ flag, says: `is one of ${names.join(", ")}, not ${text || "nothing"}` })
}

/** Plain decimal figures only: "0x10", "" and "1e9" are no number that somebody meant. */
function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
}

function judgeKnob({ flag, min, max, kind }: Knob, value: number, text: string): OptionError[] {
  const inRange = value >= min && value <= max
  if (inRange && (kind !== "count" || Number.isInteger(value))) return []
  const takes = {
    count: `a whole number from ${min} to ${max}`,
    share: "a share from 0 to 1, such as 0.5",
    factor: `a number from ${min} to ${max}, such as 1.5`,
  }[kind]
  return [{ flag, says: `takes ${takes}, not ${text || "nothing"}` }]
}
