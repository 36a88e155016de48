/**
 * The people that the line has called, and what each does next. Typed arrays and a list of slots for each step of the
 * clock: a million inside at once take some ten megabytes.
 */

export const ACTS = { ask: 0, decide: 1, pay: 2, letGo: 3 } as const
export type Act = (typeof ACTS)[keyof typeof ACTS]

const SLOTS_FIRST = 1_024

export class Agenda {
  arrivedAtMs = new Float64Array(SLOTS_FIRST)
  lot = new Float64Array(SLOTS_FIRST)
  rank = new Float64Array(SLOTS_FIRST)
  /** Whose place in the line this is: names the ticket. */
  place = new Float64Array(SLOTS_FIRST)
  /** Until when the pass lasts, of those who have one. */
  passUntilMs = new Float64Array(SLOTS_FIRST)
  private acts = new Uint8Array(SLOTS_FIRST)
  private readonly free: number[] = []
  private used = 0
  private readonly due = new Map<number, number[]>()
  private readonly stepMs: number

  constructor(stepMs: number) {
    this.stepMs = stepMs
  }

  /** Nobody has anything left to do. */
  get isEmpty(): boolean {
    return this.due.size === 0
  }

  /** A slot for one more person. */
  enter(
    place: number,
    { arrivedAtMs, lot, rank }: { arrivedAtMs: number; lot: number; rank: number },
  ): number {
    const slot = this.free.pop() ?? this.used++
    if (slot >= this.acts.length) this.grow()
    this.place[slot] = place
    this.arrivedAtMs[slot] = arrivedAtMs
    this.lot[slot] = lot
    this.rank[slot] = rank
    return slot
  }

  leave(slot: number): void {
    this.free.push(slot)
  }

  /** At the first step of the clock that is not before `atMs`, and never in the step that is being played. */
  plan(slot: number, act: Act, atMs: number, nowMs: number): void {
    const step = Math.max(Math.ceil(atMs / this.stepMs), Math.floor(nowMs / this.stepMs) + 1)
    this.acts[slot] = act
    const list = this.due.get(step)
    if (list) list.push(slot)
    else this.due.set(step, [slot])
  }

  actOf(slot: number): Act {
    return this.acts[slot] as Act
  }

  /** Who acts in this step. */
  take(nowMs: number): number[] {
    const step = Math.floor(nowMs / this.stepMs)
    const slots = this.due.get(step) ?? []
    this.due.delete(step)
    return slots
  }

  private grow(): void {
    const doubled = <A extends Float64Array | Uint8Array>(old: A, made: A): A => {
      made.set(old)
      return made
    }
    const size = this.acts.length * 2
    this.acts = doubled(this.acts, new Uint8Array(size))
    this.arrivedAtMs = doubled(this.arrivedAtMs, new Float64Array(size))
    this.lot = doubled(this.lot, new Float64Array(size))
    this.rank = doubled(this.rank, new Float64Array(size))
    this.place = doubled(this.place, new Float64Array(size))
    this.passUntilMs = doubled(this.passUntilMs, new Float64Array(size))
  }
}
