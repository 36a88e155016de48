import { setTimeout as delay } from "node:timers/promises"

/** A call that failed, with what the server said. */
export class MerchantCallFailed extends Error {
  override name = "MerchantCallFailed"
  readonly code: string

  constructor(what: string, status: number, body: { code?: string; detail?: string }) {
    super(`${what}: ${status} ${body.code ?? ""} ${body.detail ?? ""}`.trim())
    this.code = body.code ?? String(status)
  }
}

const RETRIES_MAX = 5
const RETRY_MS = 200

/** The merchant API as a script uses it. */
export class MerchantClient {
  private readonly url: string
  private readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.call<Answer>("GET", path)
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.call<Answer>("POST", path, JSON.stringify(body), "application/json")
  }

  upload(picture: string, type: string): Promise<{ url: string }> {
    return this.call("POST", "/merchant/api/media", picture, type)
  }

  /** Server-side trouble is tried again; every call here may be repeated without harm. */
  private async call<Answer>(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(new URL(path, this.url), {
        method,
        headers: { authorization: `Bearer ${this.token}`, ...(type && { "content-type": type }) },
        ...(body !== undefined && { body }),
      })
      if (response.ok) return (await response.json()) as Answer
      const problem = (await response.json().catch(() => ({}))) as { code?: string; detail?: string }
      if (response.status < 500 || attempt >= RETRIES_MAX)
        throw new MerchantCallFailed(`${method} ${path}`, response.status, problem)
      await delay(RETRY_MS * 2 ** attempt)
    }
  }
}
