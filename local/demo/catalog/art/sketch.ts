/** One gradient stop: offset 0..1, colour, and opacity where it isn't solid. */
export type Stop = readonly [offset: number, colour: string, opacity?: number]
type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/**
 * The sheet a picture is drawn on: it collects gradients and clips, and rolls the dice.
 * Ids carry the seed's hash, so several pictures can be inlined in one page without sharing a gradient.
 */
export class Sketch {
  readonly random: () => number
  readonly #prefix: string
  readonly #defs = new Map<string, string>()

  constructor(seed: string) {
    const hash = hashOf(seed)
    this.#prefix = `k${hash.toString(36)}`
    this.random = diceFrom(hash)
  }

  /** A linear gradient in the shape's own box; left to right unless told. */
  linear(stops: readonly Stop[], box: Box = [0, 0, 1, 0]): string {
    return this.#define("linearGradient", unless([0, 0, 1, 0], ["x1", "y1", "x2", "y2"], box), stopsOf(stops))
  }

  radial(stops: readonly Stop[], cx = 0.5, cy = 0.5, r = 0.5): string {
    return this.#define(
      "radialGradient",
      unless([0.5, 0.5, 0.5], ["cx", "cy", "r"], [cx, cy, r]),
      stopsOf(stops),
    )
  }

  /** Everything in `content` cut to the outline `d`. */
  within(d: string, content: string): string {
    return `<g clip-path="${this.#define("clipPath", "", `<path d="${d}"/>`)}">${content}</g>`
  }

  /** A drawing kept once and put down as often as asked: what repeats costs a picture little. */
  stamp(content: string): (attributes?: string) => string {
    const id = this.#define("g", "", content).slice(4, -1)
    return (attributes = "") => `<use href="${id}"${attributes && ` ${attributes}`}/>`
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.random()
  }

  svg(title: string, body: string): string {
    const defs = [...this.#defs]
      .map(([element, id]) => element.replace(/^<\w+/, (tag) => `${tag} id="${id}"`))
      .join("")
    const stroke = 'stroke-linecap="round" stroke-linejoin="round"'
    const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" role="img" ${stroke}>`
    return `${head}<title>${escapeXml(title)}</title><defs>${defs}</defs>${body}</svg>`
  }

  /** The same definition is written once, however often it's asked for. */
  #define(tag: string, attributes: string, content: string): string {
    const element = `<${tag}${attributes && ` ${attributes}`}>${content}</${tag}>`
    const id = this.#defs.get(element) ?? `${this.#prefix}${this.#defs.size}`
    this.#defs.set(element, id)
    return `url(#${id})`
  }
}

/** A filled outline. */
export function fill(d: string, paint: string, more = ""): string {
  return `<path d="${d}" fill="${paint}"${more && ` ${more}`}/>`
}

/** A drawn line, round at its ends like every stroke of the picture. */
export function line(d: string, paint: string, width: number, more = ""): string {
  return `<path d="${d}" fill="none" stroke="${paint}" stroke-width="${n(width)}"${more && ` ${more}`}/>`
}

export function oval(cx: number, cy: number, rx: number, ry: number, paint: string, more = ""): string {
  const at = `cx="${n(cx)}" cy="${n(cy)}" rx="${n(rx)}" ry="${n(ry)}"`
  return `<ellipse ${at} fill="${paint}"${more && ` ${more}`}/>`
}

export function box(x: number, y: number, width: number, height: number, paint: string, more = ""): string {
  const at = `x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`
  return `<rect ${at} fill="${paint}"${more && ` ${more}`}/>`
}

export function group(content: string, attributes: string): string {
  return `<g ${attributes}>${content}</g>`
}

export function opacity(share: number): string {
  return `opacity="${share}"`
}

/** Numbers keep one decimal: at 1,200 px a tenth of a unit can't be seen, and pictures stay small. */
export function n(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Counts from 0 to `count - 1` and joins what comes of it. */
export function repeat(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join("")
}

/** Attributes that say what SVG assumes anyway are left out. */
function unless(defaults: readonly number[], names: readonly string[], values: readonly number[]): string {
  return names
    .flatMap((name, at) => (values[at] === defaults[at] ? [] : [`${name}="${values[at]}"`]))
    .join(" ")
}

function stopsOf(stops: readonly Stop[]): string {
  const see = (share?: number) => (share === undefined ? "" : ` stop-opacity="${share}"`)
  return stops
    .map(([at, colour, share]) => `<stop offset="${at}" stop-color="${colour}"${see(share)}/>`)
    .join("")
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

/** FNV-1a: small, and the same everywhere, so a picture never changes between machines. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}

/** Mulberry32, from its published form. */
function diceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
