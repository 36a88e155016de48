import { request } from "node:http"
import { expect } from "vitest"
import { Merchant } from "./merchant.ts"
import { Shopper } from "./shopper.ts"
import type { Answer } from "./shopper.ts"

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  errors?: { field: string; message: string }[]
  items?: { sku: string }[]
}

interface RawRequest {
  method: string
  /** As it goes on the wire: nothing tidies it up. */
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** A request as it is written, byte for byte: `fetch` would resolve dots and refuse headers. */
export async function send(url: string, { method, path, headers = {}, body }: RawRequest): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const chunked = body === undefined || headers["transfer-encoding"] !== undefined
  const length = chunked ? {} : { "content-length": String(Buffer.byteLength(body)) }
  const answer = await new Promise<Answer>((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, headers: { ...length, ...headers } },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on("error", reject)
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("end", () => {
          const pairs = incoming.rawHeaders.flatMap((name, index, all): [string, string][] =>
            index % 2 === 0 ? [[name, all[index + 1] ?? ""]] : [],
          )
          resolve({
            status: incoming.statusCode ?? 0,
            headers: new Headers(pairs),
            body: read(Buffer.concat(chunks)),
          })
        })
      },
    )
    outgoing.on("error", reject)
    outgoing.end(body)
  })
  expectConventions(answer, `${method} ${path}`)
  return answer
}

function read(bytes: Buffer): Record<string, unknown> {
  const text = bytes.toString("utf8")
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : { text }
}

/** What every response obeys, whatever was asked. */
export function expectConventions(answer: Answer<unknown>, asked: string): void {
  const { status, headers, body } = answer
  const said = `${asked} -> ${status} ${JSON.stringify(body)?.slice(0, 300)}`
  expect(status === 503 || status < 500, `never a 500: ${said}`).toBe(true)
  expect(headers.get("x-request-id"), `a request id: ${said}`).toBeTruthy()
  expect(headers.get("cache-control"), `an explicit Cache-Control: ${said}`).toBeTruthy()
  if (headers.getSetCookie().length > 0)
    expect(headers.get("cache-control"), `no cookie in a shared cache: ${said}`).toBe("no-store")
  for (const cookie of headers.getSetCookie()) {
    expect(cookie, said).toMatch(/;\s*HttpOnly/i)
    expect(cookie, said).toMatch(/;\s*SameSite=Lax/i)
  }
  if (status === 425 || status === 429 || status === 503)
    expect(headers.get("retry-after"), `Retry-After: ${said}`).toMatch(/^[1-9]\d*$/)
  if (status < 400) return
  // Pages say what went wrong in words; calls always say it as a problem.
  if (
    headers.get("content-type")?.startsWith("text/html") &&
    !/ \/(api|merchant\/api|webhooks)\//.test(asked)
  )
    return
  expect(headers.get("content-type"), said).toMatch(/^application\/problem\+json/)
  expect(body, said).toMatchObject({
    type: expect.stringMatching(/\S/),
    title: expect.stringMatching(/\S/),
    detail: expect.stringMatching(/\S/),
    code: expect.stringMatching(/^[a-z_]+$/),
    status,
  })
}

export function expectProblem(answer: Answer<unknown>, status: number, code: string): Problem {
  expect(answer.body, `${answer.status}`).toMatchObject({ status, code })
  expect(answer.status).toBe(status)
  return answer.body as Problem
}

/** The fields a refusal names. */
export function fieldsOf(answer: Answer<unknown>): string[] {
  return ((answer.body as Partial<Problem>).errors ?? []).map((error) => error.field)
}

/** A shopper whose every answer is held to the conventions. */
export class Visitor extends Shopper {
  override async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const answer = await super.call<Body>(method, path, body, headers)
    expectConventions(answer, `${method} ${path}`)
    return answer
  }
}

/** A merchant's script whose every answer is held to the conventions. */
export class Clerk extends Merchant {
  override async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<Body>> {
    const answer = await super.call<Body>(method, path, body)
    expectConventions(answer, `${method} /merchant/api${path}`)
    return answer
  }
}
