import type { Env } from "./environment.ts"
import { answerRequest } from "./front.ts"
import { sweepHalfScheduled } from "./merchant/api/sale-saga.ts"
import { consumeEvents } from "./order-pipeline/consumer.ts"

export { ArrivalShard } from "../durable-objects/arrivals/object.ts"
export { CheckoutLane } from "../durable-objects/checkout/object.ts"
export { Coupon } from "../durable-objects/prices/coupon/object.ts"
export { ShopPrices } from "../durable-objects/prices/object.ts"
export { RoomObject } from "../durable-objects/room/object.ts"
export { StockLane } from "../durable-objects/stock/lease/lane-object.ts"
export { StockObject } from "../durable-objects/stock/object.ts"

export default {
  fetch: answerRequest,
  queue: consumeEvents,
  async scheduled(_event, env) {
    await sweepHalfScheduled(env)
  },
} satisfies ExportedHandler<Env, unknown>
