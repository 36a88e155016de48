import type { Station } from "./station.ts"
import { Crashed, NoAnswer } from "./world.ts"
import type { World } from "./world.ts"

/** A call or an answer that is late is late by this much at most. */
const LATE_MS_MAX = 20_000
/** Who is told that a call was lost hears it within this time. */
const LOSS_NOTICED_MS_MAX = 3_000

/** Whoever awaits an answer; one that has died hears nothing. */
interface Caller {
  readonly alive: boolean
  /** Calls of which it has heard nothing. */
  calls: number
  crashIfUnlucky(): void
}

/** Loses, doubles, delays and reorders calls and their answers. */
export class Network {
  private readonly world: World

  constructor(world: World) {
    this.world = world
  }

  /** `caller` is null for a shopper, who has no timer of their own and is told of every loss. */
  call<To extends Station, Answer>(
    caller: Caller | null,
    to: To,
    carryOut: (to: To) => Promise<Answer>,
  ): Promise<Answer> {
    if (caller?.alive === false) return Promise.reject(new Crashed("nobody is here to ask"))
    return new Promise<Answer>((resolve, reject) => {
      const { world } = this
      // Heard by nobody when the caller has died meanwhile.
      const hear = (settle: () => void) => () => {
        if (caller) caller.calls--
        caller?.crashIfUnlucky()
        if (caller?.alive !== false) settle()
      }
      if (caller) caller.calls++
      const lose = () => {
        world.count("lost messages")
        const silently = caller !== null && world.chance.hits(0.5)
        if (silently) return
        const noticed = hear(() => reject(new NoAnswer("lost")))
        world.timeline.after(world.chance.between(1, LOSS_NOTICED_MS_MAX), noticed)
      }
      const answerWith = (settle: () => void) =>
        world.befalls("lossRate") ? lose() : this.travel(hear(settle))
      const arrive = () => {
        if (to.isAway) return lose()
        to.serve(carryOut(to)).then(
          (answer) => answerWith(() => resolve(answer)),
          (error: unknown) => answerWith(() => reject(error)),
        )
      }
      if (world.befalls("doubleRate")) this.repeat(to, carryOut)
      if (world.befalls("lossRate")) lose()
      else this.travel(arrive)
      caller?.crashIfUnlucky()
    })
  }

  /** The same call again, at any later time; its answer is heard by nobody. */
  private repeat<To extends Station>(to: To, carryOut: (to: To) => Promise<unknown>): void {
    const { timeline, chance } = this.world
    this.world.count("doubled messages")
    timeline.after(chance.between(0, chance.pick([10, LATE_MS_MAX])), () => {
      if (!to.isAway) carryOut(to).catch(() => undefined)
    })
  }

  private travel(arrive: () => void): void {
    const { timeline, chance, pace } = this.world
    if (this.world.befalls("lateRate")) {
      this.world.count("late messages")
      timeline.after(chance.between(100, chance.pick([1_000, LATE_MS_MAX])), arrive)
      return
    }
    const tripMs = chance.between(0, pace.messageMs)
    if (tripMs === 0) arrive()
    else timeline.after(tripMs, arrive)
  }
}
