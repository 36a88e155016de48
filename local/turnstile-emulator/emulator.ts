import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as pause } from "node:timers/promises"
import { z } from "zod"
import { DUMMY_TOKEN, siteverify } from "./siteverify.ts"

/** Far above any request of siteverify, whose token has 2,048 characters at most. */
const BODY_BYTES_MAX = 16 * 1024
const DELAY_MS_MAX = 60_000

const faults = z.strictObject({
  /** Connections are cut without an answer. */
  down: z.boolean().default(false),
  delayMs: z.int().min(0).max(DELAY_MS_MAX).default(0),
})

export interface TurnstileEmulator {
  url: string
  stop(): Promise<void>
}

/**
 * Turnstile at the network: `POST /turnstile/v0/siteverify` and the script at `/turnstile/v0/api.js`. `POST /_faults`
 * makes it slow or absent. Its port is any that is free, since nobody but the Worker and its pages ask for it.
 */
export async function startTurnstileEmulator(log: (text: string) => void): Promise<TurnstileEmulator> {
  const source = await readFile(new URL("widget.js", import.meta.url), "utf8")
  const script = source.replace('"the dummy token"', JSON.stringify(DUMMY_TOKEN))
  let fault = faults.parse({})

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method } = request
    const path = new URL(request.url ?? "/", "http://emulator").pathname
    const send = (status: number, body: string, type = "application/json") =>
      void response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body)
    const body = await readBody(request)
    if (body === null) return send(413, "{}")
    if (path === "/_faults") {
      if (method === "POST") {
        const read = faults.safeParse(parseJson(body))
        if (!read.success) return send(422, JSON.stringify({ errors: read.error.issues }))
        fault = read.data
      }
      return send(200, JSON.stringify(fault))
    }
    if (fault.down) return void response.destroy()
    if (fault.delayMs > 0) await pause(fault.delayMs, undefined, { ref: false })
    if (method === "GET" && path === "/turnstile/v0/api.js")
      return send(200, script, "text/javascript; charset=utf-8")
    if (method !== "POST" || path !== "/turnstile/v0/siteverify")
      return send(404, JSON.stringify({ success: false, "error-codes": ["not-found"] }))
    const isJson = request.headers["content-type"]?.startsWith("application/json") ?? false
    const fields = isJson ? parseJson(body) : Object.fromEntries(new URLSearchParams(body))
    const read = siteverifyFields.safeParse(fields)
    const verdict = read.success
      ? siteverify(read.data, Date.now())
      : { success: false, "error-codes": ["bad-request"] }
    send(verdict.success ? 200 : 400, JSON.stringify(verdict))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log(String(error))
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

const siteverifyFields = z.object({
  secret: z.string().optional(),
  response: z.string().optional(),
  remoteip: z.string().optional(),
  idempotency_key: z.string().optional(),
})

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > BODY_BYTES_MAX) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
