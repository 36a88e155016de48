import { waitingCount } from "../../line/line-reading.ts"
import type { LineReading } from "../../line/line-reading.ts"
import { formatNumber } from "../../languages/speech.ts"
import type { LiveWords } from "../../languages/words.ts"
import { languageOfPage } from "./page-language.ts"

/** Writes only what changed: an unchanged text keeps its selection and says nothing to a screen reader. */
export function write(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text
}

export function all(selector: string, within: ParentNode = document): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(selector)]
}

/** Every number, band and phase on the page that has a live name. */
export function showReading(reading: LineReading, words: Pick<LiveWords, "phases" | "bands">): void {
  const numbers: Record<string, number> = {
    joined: reading.joined,
    served: reading.served,
    waiting: waitingCount(reading),
    pace: reading.pacePerMinute,
  }
  for (const element of all("[data-live]")) {
    const number = numbers[element.dataset["live"] ?? ""]
    if (number !== undefined) write(element, formatNumber(languageOfPage(), number))
  }
  for (const element of all("[data-live-band]")) {
    const band = reading.stock[element.dataset["liveBand"] ?? ""]
    if (!band) continue
    element.className = `band band--${band}`
    write(element, words.bands[band])
  }
  for (const element of all("[data-live-phase]")) {
    element.className = `phase phase--${reading.phase}`
    write(element, words.phases[reading.phase])
  }
}

/** The sale's SKUs in its own order: a crowded board tells their bands by letters in that order. */
export function skusOfSale(): string[] {
  const list = document.querySelector<HTMLElement>("[data-skus]")?.dataset["skus"]
  return list ? list.split(",") : []
}
