import { parseArgs } from "node:util"
import { z } from "zod"

/**
 * Asks a shop for the audit of one sale and prints it: `npm run audit -- --sale <id>`. Ends with 1 when a promise is
 * broken, with 2 when it could not look.
 */

const USAGE = `npm run audit -- --sale <id> [--url http://localhost:8787] [--token <API token>]

  --token  of any role; else the variable SPILLWAY_TOKEN, else the local stack's own`

const DEFAULT_URL = "http://localhost:8787"
const LOCAL_TOKEN = "local-merchant-token"

/** An audit of half a million records takes a while. */
const ANSWER_MS = 120_000

/** It could not look: nothing is known to be wrong. */
class CannotLook extends Error {}

const finding = z.object({ kind: z.string(), subjects: z.record(z.string(), z.string()), says: z.string() })

const auditAnswer = z.object({
  promises: z.record(z.string(), z.object({ ok: z.boolean(), checked: z.number(), says: z.string() })),
  differences: z.array(finding.extend({ promise: z.string() })),
  // A shop of an older version has none.
  notices: z.array(finding).default([]),
  counts: z.record(z.string(), z.number()),
})

type Audit = z.infer<typeof auditAnswer>

async function main(): Promise<number> {
  const { sale, url, token } = readOptions()
  const audit = await readAudit(new URL(`/merchant/api/sales/${encodeURIComponent(sale)}/audit`, url), token)
  for (const line of linesOf(sale, audit)) console.log(line)
  return brokenIn(audit).length === 0 ? 0 : 1
}

function readOptions(): { sale: string; url: string; token: string } {
  const text = { type: "string" } as const
  const { values } = parseArgs({ options: { sale: text, url: text, token: text } })
  const { sale, url = DEFAULT_URL, token = process.env["SPILLWAY_TOKEN"] ?? LOCAL_TOKEN } = values
  if (sale === undefined || sale === "") throw new CannotLook(`Say which sale.\n${USAGE}`)
  if (!URL.canParse(url)) throw new CannotLook(`${url} is not an address.\n${USAGE}`)
  return { sale, url, token }
}

async function readAudit(address: URL, token: string): Promise<Audit> {
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch((error: unknown) => {
    throw new CannotLook(`${address.origin} does not answer: ${messageOf(error)}`)
  })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) {
    const problem = z.object({ code: z.string(), detail: z.string() }).safeParse(body)
    const why = problem.success ? `${problem.data.code}. ${problem.data.detail}` : response.statusText
    throw new CannotLook(`${address.origin} answered ${response.status}: ${why}`)
  }
  const audit = auditAnswer.safeParse(body)
  if (!audit.success) throw new CannotLook(`${address.href} did not answer with an audit.`)
  return audit.data
}

function brokenIn({ promises }: Audit): string[] {
  return Object.entries(promises).flatMap(([name, { ok }]) => (ok ? [] : [name]))
}

function linesOf(sale: string, audit: Audit): string[] {
  const { promises, differences, notices, counts } = audit
  const broken = brokenIn(audit)
  const listed = [
    ...differences.map((one) => ({ ...one, mark: `DIFFERENCE ${one.promise} ${one.kind}` })),
    ...notices.map((one) => ({ ...one, mark: `NOTICE ${one.kind}` })),
  ]
  return [
    `Sale ${sale}`,
    ...Object.entries(promises).map(
      ([name, { ok, says }]) => `${ok ? "ok    " : "BROKEN"}  ${name}  ${says}`,
    ),
    `Counts  ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
    ...listed.flatMap(({ mark, subjects, says }) => [
      mark,
      `        ${Object.entries(subjects)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ")}`,
      `        ${says}`,
    ]),
    broken.length === 0 ? "Every promise was kept." : `Broken: ${broken.join(", ")}.`,
  ]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

main().then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(
      error instanceof CannotLook ? error.message : `It could not be audited: ${messageOf(error)}`,
    )
    process.exitCode = 2
  },
)
