/** Who is calling: the merchant with the secret key, or a browser with the publishable one. */
import { timingSafeEqual } from "node:crypto"
import { invalidRequest } from "./errors.ts"
import type { Failure } from "./errors.ts"

export type Caller = "merchant" | "shopper"

export interface ApiKeys {
  publishableKey: string
  secretKey: string
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function keyFrom(header: string): string {
  if (/^bearer /i.test(header)) return header.slice(7).trim()
  if (!/^basic /i.test(header)) return ""
  return Buffer.from(header.slice(6).trim(), "base64").toString().split(":", 1)[0] ?? ""
}

/** The caller, or a 401. Keys come as Bearer, or as the user name of Basic authentication. */
export function identifyCaller(authorization: string | undefined, keys: ApiKeys): Caller | Failure {
  const key = keyFrom(authorization ?? "")
  if (key === "") {
    return invalidRequest(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      { status: 401 },
    )
  }
  if (sameText(key, keys.secretKey)) return "merchant"
  if (sameText(key, keys.publishableKey)) return "shopper"
  return invalidRequest(
    `Invalid API Key provided: ${key.slice(0, 8)}${"*".repeat(Math.max(0, Math.min(key.length, 40) - 12))}${key.length > 12 ? key.slice(-4) : ""}`,
    { status: 401 },
  )
}

/** 403: this call is the merchant's alone. */
export function secretKeyRequired(): Failure {
  return invalidRequest(
    "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.",
    { status: 403, code: "secret_key_required" },
  )
}
