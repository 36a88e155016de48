import type { ProblemMembers } from "./problem.ts"

/** Largest webhook; Stripe's are some kilobytes. */
export const WEBHOOK_BYTES_MAX = 1024 * 1024

/** Largest body of an API call. */
export const BODY_BYTES_MAX = 64 * 1024

/**
 * A request whose body is not above the limit: itself when its length was told, a copy when it came in pieces. Null
 * when the body is too large; then nothing of it was parsed.
 */
export function boundedRequest(request: Request, bytesMax: number): Request | null | Promise<Request | null> {
  const declared = request.headers.get("content-length")
  if (declared !== null) return Number(declared) > bytesMax ? null : request
  return request.body ? boundedCopy(request, request.body, bytesMax) : request
}

async function boundedCopy(
  request: Request,
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<Request | null> {
  const body = await readAtMost(stream, bytesMax)
  return body && new Request(request, { method: request.method, body })
}

async function readAtMost(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.byteLength
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

export function tooLarge(bytesMax: number): ProblemMembers {
  const message = `The body may have ${bytesMax} bytes at most.`
  return { detail: message, errors: [{ field: "body", message }] }
}
