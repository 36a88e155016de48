import type { Context } from "hono"
import { getCookie } from "hono/cookie"
import { z } from "zod"
import { signToken, verifyToken } from "../../waiting-room/signed-token.ts"
import { ROLES, settingsOf } from "../environment.ts"
import type { Role } from "../environment.ts"
import type { App } from "../http/app.ts"
import { setPersonalCookie, visitOf } from "../http/visit.ts"

/** A merchant who signed in at the console: a signed cookie that names a role and the token it was given for. */
export const STAFF_COOKIE = "spillway_staff"

/** A working day. */
const STAFF_SECONDS = 12 * 3_600

/** Longer ones are no tokens; hashing them would be work for nothing. */
const TOKEN_LENGTH_MAX = 256

const staffPayload = z.object({
  staff: z.enum(ROLES),
  /** Digest of the API token it was made with: taking the token out of the settings signs everyone out who used it. */
  token: z.string(),
  untilMs: z.number(),
})

interface KnownToken {
  role: Role
  digest: Uint8Array
}

/** The role of an API token; null when the shop has no such token. */
export async function roleOfToken(c: Context<App>, token: string): Promise<Role | null> {
  if (token.length === 0 || token.length > TOKEN_LENGTH_MAX) return null
  return findRole(await knownTokens(c), await digestOf(token))
}

/** Sets the cookie for the token's role; null, and no cookie, when the shop has no such token. */
export async function signIn(c: Context<App>, token: string): Promise<Role | null> {
  const role = await roleOfToken(c, token)
  if (!role) return null
  const { keyRing } = await settingsOf(c.env)
  const untilMs = Date.now() + STAFF_SECONDS * 1000
  const payload: z.infer<typeof staffPayload> = { staff: role, token: hex(await digestOf(token)), untilMs }
  setPersonalCookie(visitOf(c), STAFF_COOKIE, await signToken(keyRing, "session", payload), STAFF_SECONDS)
  return role
}

/** The role of this browser's cookie; null when it has none that is genuine, young enough and still allowed. */
export async function readStaff(c: Context<App>): Promise<Role | null> {
  const cookie = getCookie(c, STAFF_COOKIE)
  if (!cookie) return null
  const { keyRing } = await settingsOf(c.env)
  const verified = await verifyToken<object>(keyRing, "session", cookie)
  if (!verified.ok) return null
  // A shopper's session is signed for the same purpose, but says nothing of staff.
  const parsed = staffPayload.safeParse(verified.payload)
  if (!parsed.success || parsed.data.untilMs <= Date.now()) return null
  const known = (await knownTokens(c)).some(
    ({ role, digest }) => role === parsed.data.staff && hex(digest) === parsed.data.token,
  )
  return known ? parsed.data.staff : null
}

export function signOut(c: Context<App>): void {
  setPersonalCookie(visitOf(c), STAFF_COOKIE, "", 0)
}

/** Compares with every known token and in constant time, so that an answer's time tells nothing of any of them. */
export function findRole(known: readonly KnownToken[], presented: Uint8Array): Role | null {
  let found: Role | null = null
  for (const { role, digest } of known) {
    if (equalInConstantTime(digest, presented)) found = role
  }
  return found
}

function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0)
  return difference === 0
}

async function knownTokens(c: Context<App>): Promise<KnownToken[]> {
  const { MERCHANT_TOKENS } = await settingsOf(c.env)
  return Promise.all(
    MERCHANT_TOKENS.map(async ({ role, token }) => ({ role, digest: await digestOf(token) })),
  )
}

export async function digestOf(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
