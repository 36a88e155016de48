/** One POST to a webhook endpoint. */
import { Agent as HttpAgent, request as httpRequest } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"

/** What came of a POST: a status, or the reason there is none. */
export type PostResult = { status: number; error: null } | { status: null; error: string }

export interface Poster {
  post(url: string, body: string, headers: Record<string, string>, timeoutMs: number): Promise<PostResult>
  /** Cuts off everything under way. */
  close(): void
}

/** A poster that keeps connections open between deliveries; its caller limits how many are under way. Never rejects. */
export function createPoster(): Poster {
  const plain = new HttpAgent({ keepAlive: true })
  const secure = new HttpsAgent({ keepAlive: true })
  return {
    post(url, body, headers, timeoutMs) {
      return new Promise((resolve) => {
        const isSecure = url.startsWith("https:")
        const send = isSecure ? httpsRequest : httpRequest
        const request = send(url, {
          method: "POST",
          agent: isSecure ? secure : plain,
          headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
        })
        const timer = setTimeout(
          () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
          timeoutMs,
        )
        const finish = (result: PostResult): void => {
          clearTimeout(timer)
          resolve(result)
        }
        request.on("error", (error: NodeJS.ErrnoException) =>
          finish({ status: null, error: error.code ?? error.message }),
        )
        request.on("response", (response) => {
          response.on("error", (error) => finish({ status: null, error: error.message }))
          response.on("end", () => finish({ status: response.statusCode ?? 0, error: null }))
          response.resume()
        })
        request.end(body)
      })
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
