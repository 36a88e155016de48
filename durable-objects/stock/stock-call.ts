import type {
  AllotCommand,
  AllotOutcome,
  ClaimOutcome,
  ExtendOutcome,
  HoldApi,
  HoldCommand,
  HoldOutcome,
  HoldRecord,
  HoldText,
  NumberedHold,
  PoolId,
  PoolState,
  PoolTerms,
  ReceiveOutcome,
  ReleaseOutcome,
  ReturnOutcome,
  SellOutcome,
  StockApi,
  StockCounts,
  StockPressure,
} from "./contract.ts"
import type { RootApi } from "./lease/contract.ts"

/**
 * Every call of a stock object goes through here. An error that the platform calls retryable is tried again at a fresh
 * stub, for the old one is broken with its connection; what is sent again carries its own id, so that the same one sent
 * twice has one effect. An object that is overloaded sheds: it is never asked again for the same request.
 */

/** After the first attempt; an object that three of them did not reach is away for longer than a shopper waits. */
export const RETRIES_MAX = 2

/** Before the first retry, doubled before the second; jitter takes up to half off, so that a crowd comes back spread. */
export const RETRY_PAUSE_MS = 40

export interface StockCallOptions {
  /** Told the object's name after each call that has freed units for sale, or may have. */
  afterChange?: (name: string) => void
  pause?: (ms: number) => Promise<void>
  random?: () => number
}

/** True for what a fresh stub may get over. */
function mayRetry(error: unknown): boolean {
  const flags = error as { retryable?: boolean; overloaded?: boolean } | null
  return flags?.retryable === true && flags.overloaded !== true
}

function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Calls of one object that keeps holds: a SKU's own, or one of its lanes. */
export class HoldCall<Api extends HoldApi & HoldText> implements HoldApi {
  private readonly name: string
  private readonly freshStub: (name: string) => Api
  private readonly options: StockCallOptions

  constructor(name: string, freshStub: (name: string) => Api, options: StockCallOptions) {
    this.name = name
    this.freshStub = freshStub
    this.options = options
  }

  hold(command: HoldCommand): Promise<HoldOutcome> {
    const text = JSON.stringify(command)
    return this.ask(async (stock) => JSON.parse(await stock.holdText(text)) as HoldOutcome)
  }

  readHold(holdId: string, customer: string): Promise<HoldRecord | null> {
    return this.ask((stock) => stock.readHold(holdId, customer))
  }

  undo(holdId: string, customer: string): Promise<void> {
    return this.change((stock) => stock.undo(holdId, customer))
  }

  release(holdId: string, customer: string, orderId?: string): Promise<ReleaseOutcome> {
    const isFreed = (answer: ReleaseOutcome) => answer.outcome === "released" && !answer.replayed
    return this.change((stock) => stock.release(holdId, customer, orderId), isFreed)
  }

  claim(holdId: string, customer: string, orderId: string): Promise<ClaimOutcome> {
    return this.ask((stock) => stock.claim(holdId, customer, orderId))
  }

  sell(holdId: string, orderId: string): Promise<SellOutcome> {
    return this.ask((stock) => stock.sell(holdId, orderId))
  }

  extend(holdId: string, orderId: string, untilMs: number): Promise<ExtendOutcome> {
    return this.ask((stock) => stock.extend(holdId, orderId, untilMs))
  }

  returnUnits(holdId: string, orderId: string, upTo?: number): Promise<ReturnOutcome> {
    const isFreed = (answer: ReturnOutcome) => answer.outcome === "returned" && !answer.replayed
    return this.change((stock) => stock.returnUnits(holdId, orderId, upTo), isFreed)
  }

  holds(page: Parameters<HoldApi["holds"]>[0]): Promise<NumberedHold[]> {
    return this.ask((stock) => stock.holds(page))
  }

  isHolding(pool: PoolId, customer: string): Promise<boolean> {
    return this.ask((stock) => stock.isHolding(pool, customer))
  }

  holders(pool: PoolId): Promise<Uint32Array | null> {
    return this.ask((stock) => stock.holders(pool))
  }

  forgetArchived(holdIds: string[]): Promise<void> {
    return this.ask((stock) => stock.forgetArchived(holdIds))
  }

  pressure(pool: PoolId): Promise<StockPressure> {
    return this.ask((stock) => stock.pressure(pool))
  }

  protected async ask<T>(call: (stock: Api) => Promise<T>, retriesMax = RETRIES_MAX): Promise<T> {
    for (let retries = 0; ; retries++) {
      try {
        return await call(this.freshStub(this.name))
      } catch (error) {
        if (retries === retriesMax || !mayRetry(error)) throw error
        const { pause = pauseFor, random = Math.random } = this.options
        await pause(RETRY_PAUSE_MS * 2 ** retries * (1 - random() / 2))
      }
    }
  }

  /** A call after which there may be units where there were none; who was not answered may have freed some too. */
  protected async change<T>(
    call: (stock: Api) => Promise<T>,
    isFreed: (answer: T) => boolean = () => true,
    retriesMax = RETRIES_MAX,
  ): Promise<T> {
    let freed = true
    try {
      const answer = await this.ask(call, retriesMax)
      freed = isFreed(answer)
      return answer
    } finally {
      if (freed) this.options.afterChange?.(this.name)
    }
  }
}

/** What the Worker and the other objects may ask of a SKU's own object. */
export type RootStockApi = StockApi & Pick<RootApi, "lanes">

/**
 * Calls of a SKU's own object. Those that set something and carry no id are not sent again: the second one could come
 * after a newer one, and win.
 */
export class RootCall extends HoldCall<RootStockApi & HoldText> implements RootStockApi {
  setOpenTerms(terms: PoolTerms): Promise<void> {
    return this.change((stock) => stock.setOpenTerms(terms), undefined, 0)
  }

  receive(command: { id: string; delta: number; reason: string }): Promise<ReceiveOutcome> {
    return this.change((stock) => stock.receive(command))
  }

  allot(command: AllotCommand): Promise<AllotOutcome> {
    return this.change((stock) => stock.allot(command))
  }

  setPoolState(pool: PoolId, state: PoolState): Promise<void> {
    return this.change((stock) => stock.setPoolState(pool, state), undefined, 0)
  }

  changeSaleTerms(pool: PoolId, terms: PoolTerms): Promise<void> {
    return this.change((stock) => stock.changeSaleTerms(pool, terms), undefined, 0)
  }

  counts(): Promise<StockCounts> {
    return this.ask((stock) => stock.counts())
  }

  lanes(pool: PoolId): Promise<number | null> {
    return this.ask((stock) => stock.lanes(pool))
  }

  acknowledgeLevels(version: number): Promise<void> {
    return this.ask((stock) => stock.acknowledgeLevels(version))
  }
}
