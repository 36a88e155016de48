import type { Chance } from "../random.ts"

/** What befalls a system, as probabilities of each chance it gets. */
export interface Weather {
  /** A call, or the answer to one, is lost. */
  lossRate: number
  /** A call arrives a second time. */
  doubleRate: number
  /** A call or an answer takes seconds. */
  lateRate: number
  /** Who awaits something dies right then. */
  crashRate: number
  /** An alarm does not ring. */
  alarmLossRate: number
  /** An alarm rings seconds late, or twice. */
  alarmTroubleRate: number
  /** Writing to disk takes seconds. */
  slowDiskRate: number
  /** Of an object, each second: nobody reaches it for a while. */
  absenceRate: number
}

export const FAIR: Weather = {
  lossRate: 0,
  doubleRate: 0,
  lateRate: 0,
  crashRate: 0,
  alarmLossRate: 0,
  alarmTroubleRate: 0,
  slowDiskRate: 0,
  absenceRate: 0,
}

/** Each life has one or several kinds of trouble, mild or bad, so that none hides another. */
export function anyWeather(chance: Chance): Weather {
  if (chance.hits(0.3)) return FAIR
  const rate = (...rates: number[]) => (chance.hits(0.4) ? 0 : chance.pick(rates))
  return {
    lossRate: rate(0.01, 0.05, 0.2),
    doubleRate: rate(0.01, 0.1),
    lateRate: rate(0.005, 0.05),
    crashRate: rate(0.001, 0.004, 0.02),
    alarmLossRate: rate(0.1, 1),
    alarmTroubleRate: rate(0.1, 0.5),
    slowDiskRate: rate(0.001, 0.02),
    absenceRate: rate(0.02, 0.1),
  }
}

export function isFair(weather: Weather): boolean {
  return Object.values(weather).every((rate) => rate === 0)
}
