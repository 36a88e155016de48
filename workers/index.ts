import type { Env } from "./environment.ts"
import { answerRequest } from "./front.ts"
import { sweepHalfScheduled } from "./merchant/api/sale-saga.ts"
import { announceOverdue } from "./messages/announce.ts"
import { consumeLetters, LETTER_QUEUE } from "./messages/queue.ts"
import { consumeEvents } from "./order-pipeline/consumer.ts"

export { ArrivalShard } from "../durable-objects/arrivals/object.ts"
export { CheckoutLane } from "../durable-objects/checkout/object.ts"
export { RoomObject } from "../durable-objects/room/object.ts"
export { StockLane } from "../durable-objects/stock/lease/lane-object.ts"
export { StockObject } from "../durable-objects/stock/object.ts"

export default {
  fetch: answerRequest,
  queue: (batch, env) =>
    LETTER_QUEUE.test(batch.queue) ? consumeLetters(batch, env) : consumeEvents(batch, env),
  async scheduled(_event, env) {
    await sweepHalfScheduled(env)
    await announceOverdue(env)
  },
} satisfies ExportedHandler<Env, unknown>
