import { de } from "./de.ts"
import { en } from "./en.ts"
import { es } from "./es.ts"
import { fr } from "./fr.ts"
import { ja } from "./ja.ts"
import type { Speech } from "./speech.ts"
import { LANGUAGE_CODES } from "./words.ts"
import type { Language, Words } from "./words.ts"

export const WORDS: Record<Language, Words> = { en, de, es, fr, ja }

/** What is cached for everybody, and what nobody chose a language for. */
export const ENGLISH: Speech = { language: "en", words: en, zone: null }

/** Longer headers are no browser's; only their beginning is read. */
const HEADER_LENGTH_MAX = 500

/** Chosen in the address, else chosen before, else what the browser asks for, else the shop's own. */
export function chooseLanguage(asked: {
  query: string | undefined
  cookie: string | undefined
  acceptLanguage: string | undefined
  shop: Language
}): Language {
  return (
    languageOf(asked.query) ??
    languageOf(asked.cookie) ??
    acceptedLanguage(asked.acceptLanguage ?? "") ??
    asked.shop
  )
}

/** "de" of "de", and nothing of what is no language of the shop. */
export function languageOf(text: string | undefined): Language | null {
  return LANGUAGE_CODES.find((code) => code === text) ?? null
}

/** The best of an Accept-Language header (RFC 9110): "de-AT, en;q=0.8" is German. Null when the shop speaks none. */
function acceptedLanguage(header: string): Language | null {
  let best: Language | null = null
  let bestQuality = 0
  for (const range of header.slice(0, HEADER_LENGTH_MAX).split(",")) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase())
    const language = languageOf(tag.split("-")[0])
    const written = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2)
    const quality = written === undefined ? 1 : Number(written)
    if (language && quality > bestQuality && quality <= 1) {
      best = language
      bestQuality = quality
    }
  }
  return best
}
