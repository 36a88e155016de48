import { backoffMs, spreadMs } from "./live/read-board.ts"

/** While a payment is being settled: asks for the order, and shows the page again as soon as it has changed. */

const POLL_MS = 1_500
const TIMEOUT_MS = 8_000

const section = document.querySelector<HTMLElement>("[data-order]")
const orderId = section?.dataset["order"]
/** How many steps the page shows; one more, and it is out of date. */
const steps = Number(section?.dataset["orderSteps"])
const token = section?.dataset["orderToken"]

let failures = 0

async function look(id: string): Promise<void> {
  try {
    const headers: HeadersInit = token ? { authorization: `Bearer ${token}` } : {}
    const response = await fetch(`/api/orders/${encodeURIComponent(id)}`, {
      headers,
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    if (!response.ok) throw new Error(`The order answered ${response.status}`)
    const order = (await response.json()) as { history: unknown[] }
    failures = 0
    if (order.history.length !== steps) {
      location.reload()
      return
    }
    setTimeout(() => void look(id), spreadMs(POLL_MS))
  } catch {
    failures += 1
    setTimeout(() => void look(id), backoffMs(failures))
  }
}

if (orderId) void look(orderId)
