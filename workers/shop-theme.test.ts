import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { contrastOf, greetingFor, shopTheme, SURFACES, themeStyles } from "./shop-theme.ts"

const read = (setting: unknown) => shopTheme.safeParse(JSON.stringify(setting))
const told = (setting: unknown) =>
  read(setting)
    .error?.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`)
    .join("; ")

describe("a shop's theme", () => {
  test("may be empty, and then changes nothing", () => {
    expect(shopTheme.parse(undefined)).toEqual({ language: "en" })
    expect(themeStyles(shopTheme.parse(""))).toBe(null)
  })

  test("is colours for both schemes, with the ink that is read on them", () => {
    const theme = shopTheme.parse(JSON.stringify({ accent: { light: "#8A1C4A", dark: "#ff9ec4" } }))
    expect(theme.accent?.light).toMatchObject({ now: "#8a1c4a", nowInk: "#ffffff" })
    expect(theme.accent?.dark).toMatchObject({ now: "#ff9ec4", nowInk: "#06181a" })
    expect(themeStyles(theme)).toMatch(
      /^:root\{--now:#8a1c4a;--now-ink:#ffffff;--now-wash:#[0-9a-f]{6}\}@media /,
    )
  })

  test("greets in the reader's language, else in the shop's", () => {
    const theme = shopTheme.parse(
      JSON.stringify({ language: "de", greeting: { de: "Willkommen", fr: "Bienvenue" } }),
    )
    expect(greetingFor(theme, "fr")).toEqual({ text: "Bienvenue", language: "fr" })
    expect(greetingFor(theme, "ja")).toEqual({ text: "Willkommen", language: "de" })
    expect(greetingFor(shopTheme.parse(""), "ja")).toBe(null)
  })

  test.each([
    [
      "colours that nobody could read",
      { accent: { light: "#ffcc00", dark: "#ffcc00" } },
      /accent\.light: #ffcc00 has a contrast of 1\.\d\d .*darker/,
    ],
    [
      "a dark accent in the dark scheme",
      { accent: { light: "#006a75", dark: "#006a75" } },
      /accent\.dark: .*lighter/,
    ],
    ["a word for a colour", { accent: { light: "teal", dark: "#58d5cd" } }, /accent\.light: six hex digits/],
    ["one scheme alone", { accent: { light: "#006a75" } }, /accent\.dark/],
    [
      "a logo from elsewhere",
      { logo: { src: "//evil.test/x.svg", width: 9, height: 9 } },
      /logo\.src: an address on this site/,
    ],
    ["a logo without its size", { logo: { src: "/media/x" } }, /logo\.width/],
    ["a language that the shop does not speak", { language: "nl" }, /language/],
    [
      "a greeting that not everybody gets",
      { language: "fr", greeting: { en: "Hello" } },
      /greeting: needs the shop's own language/,
    ],
    ["what it does not know", { colour: "red" }, /colour/],
    ["what is no JSON object", 7, /object/],
  ])("refuses %s, and says why", (_what, setting, why) => {
    expect(told(setting)).toMatch(why)
  })

  test("refuses text that is no JSON", () => {
    expect(shopTheme.safeParse("{").success).toBe(false)
  })

  test("measures contrast as WCAG does", () => {
    expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5)
    expect(contrastOf("#777777", "#ffffff")).toBeCloseTo(4.48, 2)
  })

  test("measures against the surfaces that the stylesheet has", () => {
    const [light = "", dark = ""] = readFileSync("workers/storefront/styles/tokens.css", "utf8").split(
      "@media",
    )
    for (const [sheet, surfaces] of [
      [light, SURFACES.light],
      [dark, SURFACES.dark],
    ] as const)
      for (const [name, value] of Object.entries(surfaces)) expect(sheet).toContain(`--${name}: ${value};`)
  })
})
