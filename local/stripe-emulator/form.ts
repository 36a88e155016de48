/** Stripe's request bodies: form encoding with bracket notation (`metadata[orderId]=1`, `types[]=a`, `types[0]=a`). */
import { RequestFailure, invalidRequest } from "./errors.ts"

/** A value of a form: text, or a nest of named values. Lists are nests with numbers as names. */
export type FormNode = string | FormNest

/** Has no prototype, so that a field called `__proto__` is only a field. */
export interface FormNest {
  [name: string]: FormNode
}

/** More pairs than any of the calls can use; a longer form is a mistake or an attack. */
export const MAX_FORM_PAIRS = 1_000
/** The deepest parameter of these calls, `payment_method_data[billing_details][address][line1]`, has four levels. */
export const MAX_FORM_DEPTH = 6

function emptyNest(): FormNest {
  return Object.create(null) as FormNest
}

function splitName(name: string): string[] {
  const bracket = name.indexOf("[")
  if (bracket <= 0) return [name]
  const rest = name.slice(bracket)
  const inner = rest.match(/\[[^[\]]*\]/g) ?? []
  if (inner.join("") !== rest) return [name]
  return [name.slice(0, bracket), ...inner.map((part) => part.slice(1, -1))]
}

function put(root: FormNest, name: string, value: string): void {
  const path = splitName(name)
  if (path.length > MAX_FORM_DEPTH) {
    throw new RequestFailure(invalidRequest(`Parameter ${name} is nested too deeply.`, { param: name }))
  }
  let nest = root
  path.forEach((step, index) => {
    const key = step === "" && index > 0 ? String(Object.keys(nest).length) : step
    if (index === path.length - 1) {
      nest[key] = value
      return
    }
    const next = nest[key] ?? (nest[key] = emptyNest())
    if (typeof next === "string") {
      throw new RequestFailure(
        invalidRequest(`Invalid object: ${name} is given both as text and as an object.`, {
          param: path[0] ?? name,
        }),
      )
    }
    nest = next
  })
}

/** Reads a form body or a query string. Throws a 400 for one that is too long, too deep, or contradicts itself. */
export function parseForm(text: string): FormNest {
  const root = emptyNest()
  let pairs = 0
  for (const [name, value] of new URLSearchParams(text)) {
    pairs += 1
    if (pairs > MAX_FORM_PAIRS) {
      throw new RequestFailure(invalidRequest(`A request may carry at most ${MAX_FORM_PAIRS} parameters.`))
    }
    put(root, name, value)
  }
  return root
}

/** The same text for the same parameters in whatever order they were sent. */
export function canonicalForm(text: string): string {
  const pairs = [...new URLSearchParams(text)].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return pairs.sort().join("&")
}
