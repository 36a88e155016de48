import type { Env } from "./environment.ts"
import { answerRequest } from "./front.ts"
import { sweepHalfScheduled } from "./merchant/api/sale-saga.ts"
import { reconcileForAMinute } from "./merchant/reconciliation/reconcile.ts"
import { announceOverdue } from "./messages/announce.ts"
import { consumeLetters, LETTER_QUEUE } from "./messages/queue.ts"
import { consumeEvents } from "./order-pipeline/consumer.ts"

export { ArrivalShard } from "../durable-objects/arrivals/object.ts"
export { CheckoutLane } from "../durable-objects/checkout/object.ts"
export { Coupon } from "../durable-objects/prices/coupon/object.ts"
export { ShopPrices } from "../durable-objects/prices/object.ts"
export { PaymentGate } from "../durable-objects/payment-gate/object.ts"
export { Reconciler } from "../durable-objects/reconciler/object.ts"
export { RoomObject } from "../durable-objects/room/object.ts"
export { StockLane } from "../durable-objects/stock/lease/lane-object.ts"
export { StockObject } from "../durable-objects/stock/object.ts"

export default {
  fetch: answerRequest,
  queue: (batch, env) =>
    LETTER_QUEUE.test(batch.queue) ? consumeLetters(batch, env) : consumeEvents(batch, env),
  async scheduled(_event, env) {
    // Each whatever becomes of the others: the reconciler does not need Postgres.
    const work = [sweepHalfScheduled(env), announceOverdue(env), reconcileForAMinute(env)]
    const done = await Promise.allSettled(work)
    for (const one of done) if (one.status === "rejected") throw one.reason
  },
} satisfies ExportedHandler<Env, unknown>
