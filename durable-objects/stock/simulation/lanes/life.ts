import type { PoolId } from "../../contract.ts"
import { Chance } from "../random.ts"
import { Auditor } from "./auditor.ts"
import { Crowd } from "./crowd.ts"
import type { Command } from "./crowd.ts"
import { Desk } from "./desk.ts"
import { endings } from "./endings.ts"
import { Network } from "./network.ts"
import { Sku, SKU } from "./parties.ts"
import type { Makers } from "./parties.ts"
import { anyWeather, isFair } from "./weather.ts"
import { World } from "./world.ts"
import type { Tally } from "./world.ts"

/** Somebody who is away stays away for this long at most. */
const ABSENCE_MS_MAX = 30_000

/** One root and its lanes, from the first receipt to the last unit. */
export class Life {
  readonly world: World
  readonly desk: Desk
  readonly sku: Sku
  readonly crowd: Crowd
  private readonly chance: Chance

  constructor(seed: number, makers: Makers, tally: Tally) {
    this.chance = new Chance(seed)
    const auditor: Auditor = new Auditor(SKU, () => this.world.nowMs)
    this.world = new World(new Chance(this.chance.fork()), auditor, tally)
    this.crowd = new Crowd(new Chance(this.chance.fork()))
    const network = new Network(this.world)
    this.sku = new Sku(this.world, network, this.crowd.laneCount, makers)
    this.desk = new Desk(this.world, network, this.sku)
  }

  /** Carries out so many commands, and then everything that ends a life; throws the first fault that is found. */
  async live(commands: number): Promise<void> {
    const restoreTimers = this.world.timeline.takeOverTimers()
    try {
      for (const command of this.crowd.opening(this.world.nowMs)) await this.ask(command)
      this.world.weather = anyWeather(this.chance)
      this.world.count(isFair(this.world.weather) ? "lives without trouble" : "lives with trouble")
      while (this.desk.asked < commands) await this.burst()
      await endings(this)
    } finally {
      restoreTimers()
    }
  }

  /** One command by itself, until it is answered. */
  async ask(command: Command): Promise<unknown> {
    const answer = await this.world.timeline.until(this.desk.send(command), 60_000)
    this.throwFault()
    return answer
  }

  async pass(durationMs: number): Promise<void> {
    await this.world.timeline.runFor(durationMs)
    this.throwFault()
  }

  throwFault(): void {
    if (this.world.fault !== null) throw this.world.fault as Error
  }

  get sales(): PoolId[] {
    return this.crowd.sales.map(({ id }) => id)
  }

  private async burst(): Promise<void> {
    const { burst } = this.crowd
    for (let left = this.chance.between(1, burst.size); left > 0; left--) this.sendOne()
    const waitMs = this.chance.between(0, 2 * burst.everyMs)
    this.meetTrouble(waitMs)
    // At times nobody comes for a while, or all is as long ago as holds run.
    const idle = this.chance.next()
    const pauseMs = idle < 0.002 ? 60_000 : idle < 0.01 ? this.chance.between(0, 3_000) : 0
    await this.pass(waitMs + pauseMs)
  }

  private sendOne(): void {
    const command = this.crowd.next(this.world.nowMs)
    const send = async () => {
      const answer = await this.desk.send(command)
      if (command.kind !== "hold" || !isHeld(answer)) return
      this.crowd.learnHeld(command.of, command.command)
    }
    void send()
  }

  private meetTrouble(durationMs: number): void {
    const { chance } = this
    const { weather, timeline } = this.world
    if (isFair(weather)) {
      if (chance.hits(0.01)) chance.pick(this.sku.stations).evict()
      return
    }
    if (chance.hits(weather.crashRate)) chance.pick(this.sku.stations).crash()
    if (!chance.hits((weather.absenceRate * durationMs) / 1_000)) return
    const station = chance.pick(this.sku.stations)
    station.isAway = true
    timeline.after(chance.between(500, chance.pick([3_000, ABSENCE_MS_MAX])), () => (station.isAway = false))
  }
}

function isHeld(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "outcome" in answer && answer.outcome === "held"
}
