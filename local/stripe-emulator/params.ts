/** Typed reading of a form, refusing what Stripe refuses. Whatever was not asked for by name is an unknown parameter. */
import type { FormNest } from "./form.ts"
import { RequestFailure, invalidRequest } from "./errors.ts"

/** Stripe's limit for metadata keys on one object. */
export const MAX_METADATA_KEYS = 50
/** Stripe's limit for a metadata key, in characters. */
export const MAX_METADATA_KEY_LENGTH = 40
/** Stripe's limit for a metadata value, in characters. */
export const MAX_METADATA_VALUE_LENGTH = 500
/** Stripe's limit for most text parameters, in characters. */
export const MAX_TEXT_LENGTH = 5_000

/** Name to value; an empty value asks for the key to be removed. */
export type Metadata = Record<string, string>

function refuse(message: string, code: string | undefined, param: string): never {
  throw new RequestFailure(invalidRequest(message, code === undefined ? { param } : { code, param }))
}

/** Reads parameters one by one; `done()` then refuses those that nobody read. All methods throw `RequestFailure` (400). */
export class ParamReader {
  readonly #nest: FormNest
  readonly #path: string
  readonly #read = new Set<string>()
  readonly #children: ParamReader[] = []

  constructor(nest: FormNest, path = "") {
    this.#nest = nest
    this.#path = path
  }

  /** The full name of a parameter, as it was sent. */
  name(key: string): string {
    return this.#path === "" ? key : `${this.#path}[${key}]`
  }

  text(key: string): string | undefined {
    this.#read.add(key)
    const value = this.#nest[key]
    if (value === undefined || typeof value === "string") {
      if (value !== undefined && value.length > MAX_TEXT_LENGTH)
        refuse(
          `Invalid string: ${this.name(key)} must be at most ${MAX_TEXT_LENGTH} characters`,
          "parameter_invalid_string",
          this.name(key),
        )
      return value === "" ? undefined : value
    }
    return refuse(
      `Invalid string: ${this.name(key)} is an object`,
      "parameter_invalid_string",
      this.name(key),
    )
  }

  requiredText(key: string): string {
    return (
      this.text(key) ??
      refuse(`Missing required param: ${this.name(key)}.`, "parameter_missing", this.name(key))
    )
  }

  /** A whole number; Stripe's amounts are in minor units. */
  integer(key: string): number | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    if (!/^-?\d{1,15}$/.test(text))
      refuse(`Invalid integer: ${text}`, "parameter_invalid_integer", this.name(key))
    return Number(text)
  }

  boolean(key: string): boolean | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    if (text !== "true" && text !== "false") refuse(`Invalid boolean: ${text}`, undefined, this.name(key))
    return text === "true"
  }

  choice<T extends string>(key: string, options: readonly T[]): T | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    return (
      options.find((option) => option === text) ??
      refuse(`Invalid ${this.name(key)}: must be one of ${options.join(", ")}`, undefined, this.name(key))
    )
  }

  object(key: string): ParamReader | undefined {
    this.#read.add(key)
    const value = this.#nest[key]
    if (value === undefined || value === "") return undefined
    if (typeof value === "string") return refuse("Invalid object", undefined, this.name(key))
    const child = new ParamReader(value, this.name(key))
    this.#children.push(child)
    return child
  }

  texts(key: string): string[] | undefined {
    this.#read.add(key)
    const value = this.#nest[key]
    if (value === undefined || value === "") return undefined
    if (typeof value === "string") return refuse("Invalid array", undefined, this.name(key))
    return Object.entries(value).map(([index, item]) => {
      if (typeof item !== "string" || !/^\d+$/.test(index))
        return refuse("Invalid array", undefined, this.name(key))
      return item
    })
  }

  /** A list of objects, each with its full name: `line_items[0][amount]`. */
  objects(key: string): ParamReader[] | undefined {
    const list = this.object(key)
    if (list === undefined) return undefined
    return Object.keys(list.#nest).map((index) => {
      const item = /^\d+$/.test(index) ? list.object(index) : undefined
      return item ?? refuse("Invalid array", undefined, this.name(key))
    })
  }

  /** `metadata[…]`, or `'clear'` where the whole was sent empty. */
  metadata(): Metadata | "clear" | undefined {
    this.#read.add("metadata")
    const value = this.#nest["metadata"]
    if (value === undefined) return undefined
    if (value === "") return "clear"
    if (typeof value === "string") return refuse("Invalid object", undefined, "metadata")
    const metadata: Metadata = {}
    for (const [key, item] of Object.entries(value)) {
      const param = `metadata[${key}]`
      if (typeof item !== "string") return refuse("Metadata values must be strings", undefined, param)
      if (key.length > MAX_METADATA_KEY_LENGTH)
        refuse(`Metadata keys must be up to ${MAX_METADATA_KEY_LENGTH} characters long`, undefined, param)
      if (item.length > MAX_METADATA_VALUE_LENGTH)
        refuse(`Metadata values can have up to ${MAX_METADATA_VALUE_LENGTH} characters`, undefined, param)
      metadata[key] = item
    }
    return metadata
  }

  /** Text values of a nest in which every name is allowed, kept as sent (`shipping[address][city]` becomes `address.city`). */
  anything(key: string): Record<string, unknown> | undefined {
    this.#read.add(key)
    const value = this.#nest[key]
    if (value === undefined || value === "") return undefined
    if (typeof value === "string") return refuse("Invalid object", undefined, this.name(key))
    return structuredClone({ ...value })
  }

  /** Parameters that are valid at Stripe and change nothing here. */
  accept(...keys: string[]): void {
    for (const key of keys) this.#read.add(key)
  }

  /** Refuses every parameter that was not read, nested ones too. */
  done(): void {
    for (const key of Object.keys(this.#nest)) {
      if (!this.#read.has(key))
        refuse(`Received unknown parameter: ${this.name(key)}`, "parameter_unknown", this.name(key))
    }
    for (const child of this.#children) child.done()
  }
}

/** Metadata after an update: given keys replace, empty values remove. Throws a 400 above Stripe's number of keys. */
export function mergeMetadata(old: Metadata, update: Metadata | "clear" | undefined): Metadata {
  if (update === undefined) return old
  if (update === "clear") return {}
  const merged = Object.fromEntries(Object.entries({ ...old, ...update }).filter(([, value]) => value !== ""))
  if (Object.keys(merged).length > MAX_METADATA_KEYS)
    refuse(`Metadata can have up to ${MAX_METADATA_KEYS} keys`, undefined, "metadata")
  return merged
}
