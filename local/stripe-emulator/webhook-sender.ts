/**
 * Delivers webhooks: each endpoint has its own lane, so a slow or dead one holds up nobody else. At least once: a
 * delivery is pending in the database until its answer is written down.
 */
import type { AttemptResult, DeliveryStore, DueDelivery } from "./delivery-store.ts"
import type { EndpointRecord } from "./records.ts"
import type { RecordStore } from "./record-store.ts"
import { afterFailure, signatureHeader } from "./webhook-decisions.ts"
import { createPoster } from "./webhook-post.ts"
import type { PostResult } from "./webhook-post.ts"
import { eventView } from "./views.ts"

/** Deliveries to one endpoint that may be under way at once: Stripe names no limit, and with fewer a busy shop hears late. */
export const MAX_IN_FLIGHT_PER_ENDPOINT = 128
/** How long an endpoint may take to answer, in milliseconds. */
export const DELIVERY_TIMEOUT_MS = 10_000
/** Due deliveries read at once; more than can be under way, so that some are always new. */
const BATCH_SIZE = 256
/**
 * How long results and wake-ups are gathered, in milliseconds: one transaction and one look at the table serve them all.
 * Results lost in this time with the process are delivered again, which a receiver must bear anyway.
 */
const GATHER_MS = 4
/** The longest sleep of a lane, in milliseconds: a jump of the clock is noticed after it. */
const MAX_SLEEP_MS = 60_000

interface Lane {
  endpoint: EndpointRecord
  inFlight: Set<number>
  waiting: DueDelivery[]
  timer: NodeJS.Timeout | undefined
}

interface Settled {
  lane: Lane
  delivery: DueDelivery
  result: AttemptResult
}

export interface WebhookSender {
  /** Endpoints that exist now; those that are gone lose their lane. */
  setEndpoints(endpoints: EndpointRecord[]): void
  endpoints(): EndpointRecord[]
  /** There may be something to deliver. */
  wake(): void
  /** `writeDown: false` forgets the last results, as a killed process would. */
  stop(writeDown?: boolean): void
}

export interface SenderParts {
  records: RecordStore
  deliveries: DeliveryStore
  now: () => number
  /** Receivers compare signatures with their own clock, so those are dated by the machine's. */
  machineNow: () => number
  random: () => number
  log: (message: string) => void
}

/** A sender that rests until it is woken. */
export function createWebhookSender({
  records,
  deliveries,
  now,
  machineNow,
  random,
  log,
}: SenderParts): WebhookSender {
  const poster = createPoster()
  const lanes = new Map<string, Lane>()
  let settled: Settled[] = []
  let turn: NodeJS.Timeout | undefined
  let stopped = false

  function schedule(): void {
    if (stopped || turn !== undefined) return
    turn = setTimeout(() => {
      turn = undefined
      try {
        writeSettled()
      } catch (error) {
        // What cannot be written down stays in flight here, so it is not sent over and over; the next start sends it again.
        log(`webhook results were not written: ${String(error)}`)
      }
      for (const lane of lanes.values()) pump(lane)
    }, GATHER_MS)
  }

  function writeSettled(): void {
    if (settled.length === 0) return
    const batch = settled
    settled = []
    records.transaction(() => {
      // The deliveries of an endpoint that was deleted meanwhile are closed already.
      for (const { lane, delivery, result } of batch) {
        if (lanes.get(lane.endpoint.id) === lane) deliveries.finish(delivery, result)
      }
    })
    for (const { lane, delivery } of batch) lane.inFlight.delete(delivery.seq)
  }

  function takeNext(lane: Lane, nowMs: number): DueDelivery | undefined {
    if (lane.waiting.length === 0) {
      lane.waiting = deliveries
        .due(lane.endpoint.id, nowMs, BATCH_SIZE)
        .filter((delivery) => !lane.inFlight.has(delivery.seq))
    }
    return lane.waiting.shift()
  }

  function sleep(lane: Lane, nowMs: number): void {
    clearTimeout(lane.timer)
    const atMs = deliveries.nextDueAtMs(lane.endpoint.id, nowMs)
    if (atMs === undefined) return
    lane.timer = setTimeout(schedule, Math.min(MAX_SLEEP_MS, Math.max(1, atMs - nowMs)))
  }

  function pump(lane: Lane): void {
    if (stopped || lanes.get(lane.endpoint.id) !== lane) return
    // One moment for both questions, what is due and what comes next: a delivery between two moments would be forgotten.
    const nowMs = now()
    while (lane.inFlight.size < MAX_IN_FLIGHT_PER_ENDPOINT) {
      const delivery = takeNext(lane, nowMs)
      if (delivery === undefined) {
        sleep(lane, nowMs)
        return
      }
      lane.inFlight.add(delivery.seq)
      deliver(lane, delivery).catch((error: unknown) => log(`a webhook delivery broke: ${String(error)}`))
    }
  }

  async function deliver(lane: Lane, delivery: DueDelivery): Promise<void> {
    const event = records.get("event", delivery.eventId)
    if (event === undefined)
      throw new Error(`event ${delivery.eventId} is to be delivered and does not exist`)
    const body = JSON.stringify(eventView(event, deliveries.pendingFor(event.id)))
    const { url, secret } = lane.endpoint
    const headers = {
      "Content-Type": "application/json; charset=utf-8",
      "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      "Stripe-Signature": signatureHeader(body, secret, Math.floor(machineNow() / 1000)),
    }
    const result = await poster.post(url, body, headers, DELIVERY_TIMEOUT_MS)
    // A stopped emulator has cut the connection itself; the delivery stays pending and is made after the next start.
    if (stopped) return
    settled.push({ lane, delivery, result: judge(delivery, url, result) })
    schedule()
  }

  function judge(delivery: DueDelivery, url: string, { status, error }: PostResult): AttemptResult {
    const atMs = now()
    const attempt = { url, status, error, atMs }
    if (status !== null && status >= 200 && status < 300) return { ...attempt, next: { state: "delivered" } }
    const attempts = delivery.attempts + 1
    log(`webhook ${delivery.eventId} to ${url}: ${error ?? `status ${status}`} (attempt ${attempts})`)
    const decision = afterFailure(attempts, random())
    if (decision.kind === "give_up") return { ...attempt, next: { state: "given_up" } }
    return { ...attempt, next: { state: "pending", nextAtMs: atMs + decision.waitMs } }
  }

  return {
    setEndpoints(endpoints) {
      const ids = new Set(endpoints.map((endpoint) => endpoint.id))
      for (const [id, lane] of lanes) {
        if (ids.has(id)) continue
        clearTimeout(lane.timer)
        lanes.delete(id)
      }
      for (const endpoint of endpoints) {
        const lane = lanes.get(endpoint.id)
        if (lane === undefined)
          lanes.set(endpoint.id, { endpoint, inFlight: new Set(), waiting: [], timer: undefined })
        else lane.endpoint = endpoint
      }
    },
    endpoints: () => [...lanes.values()].map((lane) => lane.endpoint),
    wake: schedule,
    stop(writeDown = true) {
      if (stopped) return
      stopped = true
      clearTimeout(turn)
      if (writeDown) writeSettled()
      for (const lane of lanes.values()) clearTimeout(lane.timer)
      poster.close()
    },
  }
}
