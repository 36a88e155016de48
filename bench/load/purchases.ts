import { Connection } from "./connection.ts"
import type { LoopFigures } from "./closed-loop.ts"
import type { Requests } from "./requests.ts"

export interface PurchaseLoop {
  port: number
  connections: number
  seconds: number
  stripeUrl: string
  publishableKey: string
}

interface Opened {
  clientSecret: string
}

/**
 * Each shopper opens a checkout and sends the payment form, one after the other, until the time is up. What follows (the
 * webhook, the capture, the row in Postgres) is nobody's to wait for. Answers are purchases whose form was taken.
 */
export async function runPurchases(loop: PurchaseLoop, requests: Requests): Promise<LoopFigures> {
  const { stripeUrl, publishableKey } = loop
  const connections = await Promise.all(
    Array.from({ length: loop.connections }, () => Connection.open(loop.port)),
  )
  const latencies: number[] = []
  let next = 0
  const startMs = performance.now()
  const endMs = startMs + loop.seconds * 1_000
  try {
    await Promise.all(
      connections.map(async (connection) => {
        for (let request = requests.buffers[next++]; request; request = requests.buffers[next++]) {
          const sentMs = performance.now()
          if (sentMs >= endMs) return
          const answer = await connection.send(request)
          if (answer.status !== 201) throw new Error(`a checkout was not opened: ${answer.text()}`)
          await pay(stripeUrl, publishableKey, JSON.parse(bodyOf(answer.text())) as Opened)
          latencies.push(performance.now() - sentMs)
        }
      }),
    )
  } finally {
    for (const connection of connections) connection.close()
  }
  const seconds = (performance.now() - startMs) / 1_000
  return { answers: latencies.length, seconds, latenciesMs: Float64Array.from(latencies).sort() }
}

/** What the payment form does. */
async function pay(stripeUrl: string, publishableKey: string, { clientSecret }: Opened): Promise<void> {
  const [intentId] = clientSecret.split("_secret")
  const response = await fetch(`${stripeUrl}/v1/payment_intents/${intentId}/confirm`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${publishableKey}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ payment_method: "pm_card_visa", client_secret: clientSecret }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`the form was not taken: ${response.status} ${text}`)
}

function bodyOf(whole: string): string {
  const start = whole.indexOf("{")
  return whole.slice(start, whole.lastIndexOf("}") + 1)
}
