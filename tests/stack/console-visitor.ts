import type { Answer } from "./shopper.ts"
import { Visitor } from "./wire.ts"

/** Staff at the console, in a browser without script: pages and forms, every answer held to the conventions. */
export class ConsoleVisitor extends Visitor {
  private readonly origin: string

  constructor(addresses: { url: string; stripeUrl: string }) {
    super(addresses)
    this.origin = addresses.url
  }

  async signIn(token = "local-merchant-token"): Promise<this> {
    await this.post("/merchant/sign-in", { token })
    return this
  }

  async page(path: string): Promise<{ status: number; text: string }> {
    const { status, body } = await this.get<{ text: string }>(path)
    return { status, text: body.text }
  }

  post(path: string, fields: Record<string, string>): Promise<Answer<{ text: string }>> {
    return this.call("POST", path, new URLSearchParams(fields).toString(), {
      "content-type": "application/x-www-form-urlencoded",
      origin: this.origin,
    })
  }

  /** Sends a page's form with its fields as they are there, but for those that are typed. */
  async fill(path: string, typed: Record<string, string>): Promise<Answer<{ text: string }>> {
    const { text } = await this.page(path)
    return this.post(path.split("?")[0] ?? path, { ...fieldsIn(text), ...typed })
  }
}

/** The names and values of a page's fields, as a browser would send them. */
export function fieldsIn(markup: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [tag] of markup.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, "name")
    if (name === null || (attribute(tag, "type") === "radio" && !/\schecked\b/.test(tag))) continue
    fields[name] = attribute(tag, "value") ?? ""
  }
  return fields
}

/** What is said to be wrong, by field. */
export function errorsIn(markup: string): Record<string, string> {
  const found = markup.matchAll(/<p class="field__error" id="([^"]+)-error">([^<]*)</g)
  return Object.fromEntries([...found].map(([, name, message]) => [name, message]))
}

function attribute(tag: string, name: string): string | null {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value?.replaceAll("&quot;", '"').replaceAll("&amp;", "&") ?? null
}
