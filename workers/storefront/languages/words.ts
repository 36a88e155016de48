import type { SalePhase, StockBand } from "../../../durable-objects/room/contract.ts"
import type { DrawStanding } from "../../../waiting-room/mode.ts"

/**
 * The waiting room's words, and those of what belongs to it: one file for each language, all of the same shape, so that
 * a missing sentence does not compile. `{names}` in braces are filled in by `fill`.
 */

/** The shop's languages, in the order of the chooser, each by its own name. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ja: "日本語",
} as const
export type Language = keyof typeof LANGUAGES
export const LANGUAGE_CODES = Object.keys(LANGUAGES) as [Language, ...Language[]]

/** Forms by what `Intl.PluralRules` says of `{count}`; `other` stands in for those that a language writes alike. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

export interface Figure {
  /** The hero: a number where there is one, a word where there is none. */
  figure: string
  caption: string
  detail: string
}

/** What a waiting page says anew with each look. These go to the browser with the page. */
export interface LiveWords {
  phases: Record<SalePhase, string>
  bands: Record<StockBand, string>
  /** A figure that is exact, and one that is rounded. */
  people: Plural
  aboutPeople: Plural
  ahead: string
  peopleAhead: string
  aboutPeopleAhead: string
  /** What stands between two sentences. */
  between: string
  kept: string
  placeKept: string
  draw: { figure: string; with: Plural; first: string; detail: string }
  /** What a sale's mode, or an invitation, makes otherwise. */
  modes: {
    firstCome: { figure: string; soFar: Plural; detail: string }
    /** In a draw's line before the bell, in place of the lottery's detail. */
    registered: string
    winnersTurn: Figure
    draw: Record<DrawStanding, Figure>
    invited: Figure
  }
  turn: { figure: string; caption: string; detail: string; pending: string }
  next: Figure
  inLine: { figure: string; caption: string }
  roughly: string
  range: { under: string; minutes: Plural; toMinutes: string; hours: Plural; toHours: string }
  pending: string
  spokenFor: string
  cameBack: string
  paused: { figure: string; detail: string }
  soldOut: Figure
  ended: Figure
  /** Told to a screen reader: with the caption apart from the figure, or following it. */
  sentence: string
  aheadSentence: string
  heard: string
  silent: { away: string; stillAway: string; offline: string; detail: string }
  full: string
  held: { lead: string; goOn: string }
}

/** Refusals with words of their own; the others are told as `unforeseen`. */
export type Saying =
  | "line_first"
  | "nothing_here"
  | "not_right_now"
  | "sold_out"
  | "limit_reached"
  | "ticket_invalid"
  | "invitation_invalid"
  | "registration_closed"
  | "challenge_required"
  | "invalid_request"
  | "sale_not_open"
  | "sale_over"
  | "slow_down"
  | "hold_expired"
  | "hold_not_found"
  | "order_not_found"
  | "already_paid"
  | "payment_unavailable"
  | "cross_origin"
  | "unforeseen"

export interface Words {
  live: LiveWords
  layout: {
    skip: string
    main: string
    more: string
    all: string
    sales: string
    promise: string
    language: string
  }
  line: {
    title: string
    drawIn: string
    opensIn: string
    enter: string
    stillToBeHad: string
    you: string
    waiting: string
    served: string
    pace: string
    left: string
    draw: string
  }
  refusedEntry: Record<"not_your_turn" | "room_full" | "try_again", { title: string; detail: string }>
  /** What a sale may ask for before anybody joins. */
  check: {
    label: string
    proof_of_work: string
    turnstile: string
    working: string
    joining: string
    failed: string
    needsScript: string
    needsScriptWhy: string
  }
  notInLine: {
    title: string
    lead: string
    join: string
    notOpen: string
    over: string
    /** A draw's registration. */
    closed: string
    about: string
  }
  /** What an invitation link leads to. */
  invited: {
    title: string
    heading: string
    over: string
    lead: string
    opensIn: string
    join: string
    note: string
  }
  inside: {
    title: string
    heading: string
    lead: string
    draw: string
    time: string
    choose: string
    noneFree: string
    hold: string
    limit: Plural
    salePrice: string
    ordinaryPrice: string
  }
  sayings: Record<Saying, { title: string; words: readonly string[] }>
  ways: { line: string; sale: string; piece: string; shelves: string; start: string }
}
