import { BAND_WORDS, PHASE_WORDS } from "../../words/phases.ts"
import type { LiveSpeech } from "../../languages/speech.ts"
import type { LiveWords } from "../../languages/words.ts"
import { languageOfPage } from "./page-language.ts"

/** The words that came with the page, in its language: scripts carry none. Null on pages that speak English only. */
export function pageSpeech(): LiveSpeech | null {
  const text = document.body.dataset["words"]
  if (text === undefined) return null
  return { language: languageOfPage(), words: JSON.parse(text) as LiveWords }
}

/** What bands and phases are called on this page. */
export function pageNames(): Pick<LiveWords, "phases" | "bands"> {
  return pageSpeech()?.words ?? { phases: PHASE_WORDS, bands: BAND_WORDS }
}
