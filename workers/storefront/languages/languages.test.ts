import { describe, expect, test } from "vitest"
import { BAND_WORDS, PHASE_WORDS } from "../words/phases.ts"
import { chooseLanguage, WORDS } from "./choose-language.ts"
import { en } from "./en.ts"
import { fillCount } from "./speech.ts"
import { LANGUAGE_CODES } from "./words.ts"
import type { Language } from "./words.ts"

/** Every text by its path, like "live.next.detail". */
function textsOf(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]]
  return Object.entries(value as object).flatMap(([key, part]) =>
    textsOf(part, path === "" ? key : `${path}.${key}`),
  )
}

const namesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
const pathOf = (path: string) => path.replace(/\.(zero|one|two|few|many|other)$/, "")

describe.each(LANGUAGE_CODES)("the words in %s", (language) => {
  const texts = textsOf(WORDS[language])

  test("fill in what the English ones do, no more and no less", () => {
    const english = new Map(textsOf(en).map(([path, text]) => [pathOf(path), namesIn(text)]))
    for (const [path, text] of texts) {
      const names = namesIn(text)
      const expected = english.get(pathOf(path))
      // "One for each customer." counts without a figure.
      if (path.endsWith(".one") && names.length === 0) continue
      expect([path, names]).toEqual([path, expected])
    }
  })

  test("are the same sentences, none left out and none left empty", () => {
    const paths = (all: [string, string][]) => [...new Set(all.map(([path]) => pathOf(path)))]
    expect(paths(texts).sort()).toEqual(paths(textsOf(en)).sort())
    for (const [path, text] of texts)
      if (path !== "live.between") expect([path, text.trim()]).not.toEqual([path, ""])
  })

  test("are short, hurry nobody, and never shout", () => {
    for (const [path, text] of texts) {
      expect([path, text.length < 240]).toEqual([path, true])
      expect([path, text]).toEqual([
        path,
        expect.not.stringMatching(/[!！¡]|\bhurry|beeilen|dépêchez|apresúr|急いで|お急ぎ/i),
      ])
    }
  })

  test.skipIf(language === "en")("are not left in English", () => {
    const english = new Map(textsOf(en))
    const same = texts.filter(
      ([path, text]) => english.get(path) === text && /[a-z]{4}/.test(text.replaceAll(/\{\w+\}/g, "")),
    )
    expect(same).toEqual(expect.toSatisfy((left: unknown[]) => left.length <= 2))
  })
})

test("scripts of English pages name phases and bands as the English words do", () => {
  expect(PHASE_WORDS).toEqual(en.live.phases)
  expect(BAND_WORDS).toEqual(en.live.bands)
})

test("counts are written as each language writes them", () => {
  const others = (language: Language, count: number) =>
    fillCount(language, WORDS[language].live.draw.with, count)
  expect(others("en", 1)).toBe("with 1 other so far")
  expect(others("en", 12_345)).toBe("with 12,345 others so far")
  expect(others("de", 1)).toBe("bisher mit 1 anderen Person")
  expect(others("de", 12_345)).toBe("bisher mit 12.345 anderen")
  expect(others("fr", 1_000_000)).toMatch(/^avec 1.000.000 autres/)
  expect(others("es", 1_000_000)).toBe("con 1.000.000 personas más por ahora")
  expect(others("ja", 12_345)).toContain("12,345人")
})

describe("the language of a reader", () => {
  const nothing = { query: undefined, cookie: undefined, acceptLanguage: undefined, shop: "fr" } as const
  test.each([
    ["the one in the address", { query: "ja", cookie: "de", acceptLanguage: "es" }, "ja"],
    ["the one chosen before", { cookie: "de", acceptLanguage: "es" }, "de"],
    ["the one that the browser likes best", { acceptLanguage: "nl, es;q=0.7, de-AT;q=0.9, en;q=0.5" }, "de"],
    ["none that the browser refuses", { acceptLanguage: "de;q=0, *;q=0.1" }, "fr"],
    ["the shop's own where none is spoken", { acceptLanguage: "nl-BE" }, "fr"],
    ["the shop's own where nothing is asked", {}, "fr"],
    [
      "not what is none",
      { query: "xx", cookie: "constructor", acceptLanguage: "__proto__,;q=,en;q=7" },
      "fr",
    ],
  ])("is %s", (_what, asked, language) => {
    expect(chooseLanguage({ ...nothing, ...asked })).toBe(language)
  })
})
