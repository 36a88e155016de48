import { z } from "zod"
import { LANGUAGE_CODES } from "./storefront/languages/words.ts"
import type { Language } from "./storefront/languages/words.ts"

/**
 * What a merchant makes of the pages: logo, accent colours, a line of greeting, the language of those whose browser
 * asks for none of ours. One JSON setting, checked when the Worker reads its configuration: colours that nobody could
 * read are refused there, with the figure.
 */

/** The surfaces that the accent stands on, from `styles/tokens.css`; a test holds the two together. */
export const SURFACES = {
  light: { paper: "#f4f7f6", surface: "#ffffff", well: "#e7edec", ink: "#12222a" },
  dark: { paper: "#0c1519", surface: "#131f25", well: "#1a2930", ink: "#e6eef0" },
} as const

/** WCAG 2.2, 1.4.3, for text of any size. */
const CONTRAST_MIN = 4.5

/** How much of the accent is in the wash behind what is yours. */
const WASH_SHARE = 0.12

const GREETING_LENGTH_MAX = 160
const LOGO_WIDTH_MAX = 240
const LOGO_HEIGHT_MAX = 40

export interface Accent {
  now: string
  nowInk: string
  nowWash: string
}

const colour = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, "six hex digits after a #, like #006a75")
  .transform((text) => text.toLowerCase())

function accentFor(scheme: keyof typeof SURFACES) {
  return colour.transform((now, context): Accent => {
    const { paper, surface, well, ink } = SURFACES[scheme]
    const nowWash = mix(paper, now, WASH_SHARE)
    const nowInk = contrastOf("#ffffff", now) >= contrastOf("#06181a", now) ? "#ffffff" : "#06181a"
    const pairs: [text: string, ground: string, what: string][] = [
      [now, paper, "the page"],
      [now, surface, "a panel"],
      [now, well, "a field"],
      [now, nowWash, "its own wash"],
      [ink, nowWash, "its own wash, as the ink"],
      [nowInk, now, "a button, as the ink"],
    ]
    for (const [text, ground, what] of pairs) {
      const contrast = contrastOf(text, ground)
      if (contrast >= CONTRAST_MIN) continue
      const advice = scheme === "light" ? "darker" : "lighter"
      context.addIssue({
        code: "custom",
        message: `${now} has a contrast of ${contrast.toFixed(2)} on ${what} (${ground}) in the ${scheme} scheme; AA needs ${CONTRAST_MIN}. Take a ${advice} colour`,
      })
      return z.NEVER
    }
    return { now, nowInk, nowWash }
  })
}

const theme = z
  .strictObject({
    language: z.enum(LANGUAGE_CODES).default("en"),
    accent: z.strictObject({ light: accentFor("light"), dark: accentFor("dark") }).optional(),
    logo: z
      .strictObject({
        src: z.string().regex(/^\/(?!\/)[\w./-]{1,200}$/, "an address on this site, like /media/…"),
        width: z.int().min(1).max(LOGO_WIDTH_MAX),
        height: z.int().min(1).max(LOGO_HEIGHT_MAX),
      })
      .optional(),
    greeting: z.partialRecord(z.enum(LANGUAGE_CODES), z.string().min(1).max(GREETING_LENGTH_MAX)).optional(),
  })
  .refine(({ greeting, language }) => !greeting || greeting[language] !== undefined, {
    path: ["greeting"],
    message: "needs the shop's own language, for those who read another",
  })

export type ShopTheme = z.infer<typeof theme>

/** The setting as text: empty, or JSON. */
export const shopTheme = z
  .string()
  .default("")
  .transform((text, context): ShopTheme => {
    const parsed = theme.safeParse(jsonOf(text))
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message })
    return z.NEVER
  })

function jsonOf(text: string): unknown {
  if (text.trim() === "") return {}
  try {
    return JSON.parse(text)
  } catch {
    return "no JSON"
  }
}

export interface Greeting {
  text: string
  language: Language
}

/** The greeting in the reader's language, else in the shop's; null when there is none. */
export function greetingFor({ greeting, language }: ShopTheme, reader: Language): Greeting | null {
  const own = greeting?.[reader] === undefined ? language : reader
  const text = greeting?.[own]
  return text === undefined ? null : { text, language: own }
}

/** The accent as custom properties, over those of the shop's stylesheet; null where the theme has none. */
export function themeStyles({ accent }: ShopTheme): string | null {
  if (!accent) return null
  const rule = ({ now, nowInk, nowWash }: Accent) =>
    `:root{--now:${now};--now-ink:${nowInk};--now-wash:${nowWash}}`
  return `${rule(accent.light)}@media (prefers-color-scheme:dark){${rule(accent.dark)}}`
}

/** The contrast of two colours, from 1 to 21, as WCAG defines it. */
export function contrastOf(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminanceOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(hex).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function mix(ground: string, over: string, share: number): string {
  const overs = channelsOf(over)
  const mixed = channelsOf(ground).map((channel, i) =>
    Math.round(channel + ((overs[i] ?? 0) - channel) * share),
  )
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`
}

function channelsOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
}
