/**
 * Times in words. Cached pages know nothing of the shopper's zone, so the server writes UTC and says so; a script
 * writes them again in the browser's own zone. Both use these functions.
 */

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The browser's zone is `undefined`: Intl takes it from the machine. */
export type Zone = string | undefined

export const SERVER_ZONE = "UTC"

/** Days before months, and 24 hours. */
function localeOf(language: string): string {
  return language === "en" ? "en-GB" : language
}

/** "Friday 20 November, 18:00 (Central European Standard Time)": the zone is always spelled out. */
export function formatMoment(atMs: number, zone: Zone, language = "en"): string {
  const format = new Intl.DateTimeFormat(localeOf(language), {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "long",
  })
  if (language !== "en") return format.format(atMs)
  const parts = format.formatToParts(atMs)
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((candidate) => candidate.type === type)?.value ?? ""
  return `${part("weekday")} ${part("day")} ${part("month")}, ${part("hour")}:${part("minute")} (${part("timeZoneName")})`
}

/** "20 Nov, 18:00" */
export function formatStamp(atMs: number, zone: Zone, language = "en"): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(atMs)
}

/** "18:00:05", with the zone's short name where a reader could take it for another. */
export function formatClock(atMs: number, zone: Zone, language = "en"): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone: zone,
    ...(zone !== undefined && { timeZoneName: "short" as const }),
  }).format(atMs)
}

/** What a countdown says without script. It is coarse, so that it is still right when the page is a minute old. */
export function formatWaitCoarsely(remainingMs: number): string {
  if (remainingMs <= 0) return "now"
  if (remainingMs < 2 * MINUTE_MS) return "in a minute or two"
  if (remainingMs < 2 * HOUR_MS) return `in about ${Math.round(remainingMs / MINUTE_MS)} minutes`
  if (remainingMs < 2 * DAY_MS) return `in about ${Math.round(remainingMs / HOUR_MS)} hours`
  return `in ${Math.round(remainingMs / DAY_MS)} days`
}

/** What a countdown says with script: "2 d 04:11:09", "04:11:09", "11:09". Rounded up, so that 00:00 is the end itself. */
export function formatRemaining(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / SECOND_MS))
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3_600)
  const clock = [Math.floor((seconds % 3_600) / 60), seconds % 60]
  if (days > 0 || hours > 0) clock.unshift(hours)
  const digits = clock.map((part) => String(part).padStart(2, "0")).join(":")
  return days > 0 ? `${days} d ${digits}` : digits
}

/** "10 minutes", "90 seconds": a length that was set, not one that is measured. */
export function formatLength(seconds: number, language = "en"): string {
  const inSeconds = seconds % 60 !== 0 && seconds < 300
  const unit = inSeconds ? "second" : "minute"
  const format = new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" })
  return format.format(inSeconds ? seconds : Math.round(seconds / 60))
}

/** Below this a clock that is yours turns to "hurry". */
export const HURRY_BELOW_MS = 2 * MINUTE_MS
