/**
 * The knobs of a rehearsal, in one table: the command line, the merchant's page and the checks all read it, so that a
 * knob means the same wherever it is turned.
 */

/** How a crowd comes after the bell. Counts by second stand for themselves: a negative second is before the bell. */
export type Curve = "spike" | "steady" | "waves" | readonly (readonly [second: number, count: number])[]

export const CURVE_NAMES = ["spike", "steady", "waves"] as const satisfies readonly Curve[]

export interface RehearsalOptions {
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
}

export type KnobName = Exclude<keyof RehearsalOptions, "curve">

export interface Knob {
  name: KnobName
  /** As it is written after two dashes, and in the page's address. */
  flag: string
  label: string
  help: string
  fallback: number
  min: number
  max: number
  /** Shares are between 0 and 1, all else is counted. */
  share?: true
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
]

function knob(
  name: KnobName,
  label: string,
  help: string,
  [fallback, min, max]: [number, number, number],
): Knob {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { name, flag, label, help, fallback, min, max }
}

function share(name: KnobName, label: string, help: string, fallback: number): Knob {
  return { ...knob(name, label, help, [fallback, 0, 1]), share: true }
}

export function defaultOptions(): RehearsalOptions {
  const numbers = Object.fromEntries(KNOBS.map(({ name, fallback }) => [name, fallback]))
  return { ...(numbers as Omit<RehearsalOptions, "curve">), curve: "spike" }
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
  const curve = texts.get("curve")
  if (curve !== undefined) {
    const known = CURVE_NAMES.find((name) => name === curve)
    if (known) options.curve = known
    else errors.push({ flag: "curve", says: `is one of ${CURVE_NAMES.join(", ")}, not ${curve}` })
  }
  return { options, errors }
}

/** Plain decimal figures only: "0x10", "" and "1e9" are no number that somebody meant. */
function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
}

function judgeKnob({ flag, min, max, share }: Knob, value: number, text: string): OptionError[] {
  const inRange = value >= min && value <= max
  if (share)
    return inRange ? [] : [{ flag, says: `takes a share from 0 to 1, such as 0.5, not ${text || "nothing"}` }]
  if (inRange && Number.isInteger(value)) return []
  return [{ flag, says: `takes a whole number from ${min} to ${max}, not ${text || "nothing"}` }]
}
