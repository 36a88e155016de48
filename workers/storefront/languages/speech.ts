import type { LiveWords, Language, Plural, Words } from "./words.ts"

/** A language with its words: those of a whole page, or those that a browser needs. */
export interface LiveSpeech {
  language: Language
  words: LiveWords
}

export interface Speech {
  language: Language
  words: Words
  /** Where the shopper seems to be; the browser writes times again in its own zone. Null where nobody knows. */
  zone: string | null
}

/** Puts values where their names stand in braces. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** "1,240 others", in the form that the language has for that many. */
export function fillCount(language: Language, forms: Plural, count: number): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other
  return fill(form, { count: formatNumber(language, count) })
}

export function formatNumber(language: string, count: number): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(count)
}
