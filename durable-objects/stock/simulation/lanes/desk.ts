import { OPEN_POOL } from "../../contract.ts"
import type { HoldOutcome } from "../../contract.ts"
import type { Command } from "./crowd.ts"
import type { Network } from "./network.ts"
import { LaneStation } from "./parties.ts"
import type { RootStation, Sku } from "./parties.ts"
import { isFair } from "./weather.ts"
import type { World } from "./world.ts"

/** Carries commands to their objects, and lets the auditor judge what comes back. */
export class Desk {
  /** Commands that nobody has answered yet. */
  open = 0
  asked = 0
  private readonly world: World
  private readonly network: Network
  private readonly sku: Sku

  constructor(world: World, network: Network, sku: Sku) {
    this.world = world
    this.network = network
    this.sku = sku
  }

  /** What is heard of a command; null when nothing is. */
  async send(command: Command): Promise<unknown> {
    const { world } = this
    const wasFair = isFair(world.weather)
    this.open++
    this.asked++
    try {
      const answer = await this.carryOut(command)
      const said = nameOf(answer)
      world.count(`${command.kind} ${said}`)
      world.note(`${command.kind} ${said}`)
      if (command.kind === "hold" && wasFair) world.count("holds without trouble")
      if (said === "overloaded" && wasFair) world.count("overloaded without trouble")
      return answer
    } catch (error) {
      world.count(`${command.kind} has no answer`)
      world.note(`${command.kind} ${String(error)}`)
      // A late payment that finds many others may be told to ask again; nothing else fails of itself.
      if (wasFair && command.kind === "sell") world.count("payments told to ask again without trouble")
      else if (wasFair) world.fail(error)
      return null
    } finally {
      this.open--
    }
  }

  private async carryOut(command: Command): Promise<unknown> {
    const { network, sku, world } = this
    const { auditor } = world
    const of = sku.stationOf(command.of)
    switch (command.kind) {
      case "hold":
        return this.hold(command)
      case "undo":
        return network.call(null, of, ({ instance }) => instance.undo(command.holdId, command.customer))
      case "release":
        return network.call(null, of, ({ instance }) =>
          instance.release(command.holdId, command.customer, command.orderId),
        )
      case "claim": {
        const { holdId, customer, orderId } = command
        return network.call(null, of, ({ instance }) => instance.claim(holdId, customer, orderId))
      }
      case "readHold": {
        const { holdId, customer } = command
        const told = await network.call(null, of, ({ instance }) => instance.readHold(holdId, customer))
        if (told) world.check(() => auditor.judgeTold(command.of, holdId, told))
        return told
      }
      case "sell": {
        const { holdId, orderId, pool } = command
        const since = auditor.question(`${holdId} ${orderId}`, pool)
        const told = await network.call(null, of, ({ instance }) => instance.sell(holdId, orderId))
        world.check(() => auditor.judgeSell(command.of, command, told, since))
        return told
      }
      case "extend": {
        const { holdId, orderId, untilMs } = command
        return network.call(null, of, ({ instance }) => instance.extend(holdId, orderId, untilMs))
      }
      case "return": {
        const { holdId, orderId, upTo } = command
        return network.call(null, of, ({ instance }) => instance.returnUnits(holdId, orderId, upTo))
      }
      case "laneCounts":
        if (!(of instanceof LaneStation)) throw new Error(`${command.of} is no lane`)
        return network.call(null, of, ({ instance }) => instance.laneCounts(command.pool))
      case "counts":
      case "openTerms":
      case "receive":
      case "allot":
      case "state":
      case "saleTerms":
        return this.carryOutForMerchant(command)
    }
  }

  private async hold({ of, command }: Extract<Command, { kind: "hold" }>): Promise<HoldOutcome> {
    const { auditor } = this.world
    const since = auditor.question(command.holdId, command.pool)
    const to = this.sku.stationOf(of)
    const told = await this.network.call(null, to, ({ instance }) => instance.hold({ ...command }))
    this.world.check(() => {
      if (told.outcome === "held") auditor.judgeTold(of, command.holdId, told)
      // The open pool is one object's alone, which the auditor's books of it judge.
      if (told.outcome === "refused" && told.refusal === "sold_out" && command.pool !== OPEN_POOL)
        auditor.judgeSoldOut(since, command.quantity)
    })
    return told
  }

  private carryOutForMerchant(
    command: Extract<Command, { kind: "counts" | "receive" | "allot" | "state" | "saleTerms" | "openTerms" }>,
  ): Promise<unknown> {
    const { root } = this.sku
    const ask = <T>(carryOut: (root: RootStation) => Promise<T>) => this.network.call(null, root, carryOut)
    switch (command.kind) {
      case "counts":
        return ask(({ instance }) => instance.counts())
      case "receive":
        return ask(({ instance }) =>
          instance.receive({ id: command.id, delta: command.delta, reason: "count" }),
        )
      case "allot":
        return ask(({ instance }) => instance.allot(command))
      case "state":
        return ask(({ instance }) => instance.setPoolState(command.pool, command.state))
      case "openTerms":
        return ask(({ instance }) => instance.setOpenTerms(command.terms))
      case "saleTerms":
        return ask(({ instance }) => instance.changeSaleTerms(command.pool, command.terms))
    }
  }
}

/** What it comes to, in a word or two. */
function nameOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null || !("outcome" in answer)) return "done"
  if ("refusal" in answer) return String(answer.refusal)
  const again = "replayed" in answer && answer.replayed === true
  const late = "retaken" in answer && answer.retaken === true
  return `${String(answer.outcome)}${late ? " late" : ""}${again ? " again" : ""}`
}
