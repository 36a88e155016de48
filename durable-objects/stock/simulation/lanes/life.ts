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

/** Commands between two quiet moments, at most. */
const PROBE_INTERVAL_MAX = 500
/** By then whatever is late has mostly arrived. */
const QUIET_MS = 25_000
/** Nobody waits longer for anything than this. */
const PATIENCE_MS = 120_000

/** Somebody who is away stays away for this long at most. */
const ABSENCE_MS_MAX = 30_000

/** One root and its lanes, from the first receipt to the last unit. */
export class Life {
  readonly world: World
  readonly desk: Desk
  readonly sku: Sku
  readonly crowd: Crowd
  private readonly chance: Chance
  private nextProbe = PROBE_INTERVAL_MAX

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
      while (this.desk.asked < commands) {
        await this.burst()
        if (this.desk.asked >= this.nextProbe) await this.probe()
      }
      await endings(this)
    } finally {
      restoreTimers()
    }
  }

  /** One command by itself, until it is answered. */
  async ask(command: Command): Promise<unknown> {
    const answer = await this.world.timeline.until(this.desk.send(command), PATIENCE_MS)
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

  /** In a quiet moment nothing excuses a refusal that is not true, also when somebody is away. */
  private async probe(): Promise<void> {
    const { chance, world, sku } = this
    this.nextProbe = this.desk.asked + chance.between(20, PROBE_INTERVAL_MAX)
    await this.pass(QUIET_MS)
    if (this.desk.open > 0) return
    const away = isFair(world.weather) || chance.hits(0.5) ? null : chance.pick(sku.stations)
    if (away) away.isAway = true
    const pool = chance.pick(this.sales)
    for (let rounds = chance.between(1, 4); rounds > 0; rounds--) {
      const held = await this.askTogether(pool)
      await world.timeline.until(Promise.all(held.map((hold) => this.desk.send(hold))), PATIENCE_MS)
      this.throwFault()
    }
    if (away) away.isAway = false
  }

  /** Several shoppers of all lanes, who want less than there is, all of it, or more. Says what to give back after. */
  private async askTogether(pool: PoolId): Promise<Command[]> {
    const { chance, world } = this
    const free = Math.max(1, world.auditor.free.freeIn(pool))
    const most = Math.max(1, Math.min(free, chance.pick([1, 1, 3, free])))
    let wanted = Math.ceil(free * chance.pick([0.5, 1, 1.5, 4]))
    const crowded = this.crowd.stranger(pool, 1).of
    const crowding = chance.pick([0, 0.7, 0.9])
    const giveBack: Command[] = []
    const asked: Promise<void>[] = []
    for (let shoppers = chance.pick([1, 4, 12, 40]); shoppers > 0 && wanted > 0; shoppers--) {
      const of = chance.hits(crowding) ? crowded : undefined
      const hold = this.crowd.stranger(pool, chance.between(1, most), of)
      const { holdId, customer, quantity } = hold.command
      wanted -= quantity
      const ask = async () => {
        const answer = await this.desk.send(hold)
        if (isHeld(answer)) giveBack.push({ kind: "release", of: hold.of, holdId, customer })
      }
      asked.push(ask())
      if (chance.hits(0.2)) await this.pass(chance.between(0, world.pace.diskMs + world.pace.messageMs))
    }
    await world.timeline.until(Promise.all(asked), PATIENCE_MS)
    return giveBack
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
      if (chance.hits(0.03)) chance.pick(this.sku.stations).evict()
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
