import type { Language } from "../../languages/words.ts"

/** The server writes only languages that it has words for. */
export function languageOfPage(): Language {
  return document.documentElement.lang as Language
}
