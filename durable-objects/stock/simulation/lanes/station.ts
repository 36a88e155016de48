import { Disk } from "./disk.ts"
import type { Instance } from "./instance.ts"
import type { World } from "./world.ts"

/** An alarm that is late is late by this much at most. */
const ALARM_LATE_MS_MAX = 30_000
/** An alarm that failed rings again after this time, as the platform has it. */
const ALARM_RETRY_MS = 2_000

/**
 * An object's place: its disk and its alarm, which outlive every crash. It sleeps until somebody calls it or its alarm
 * rings, and is not there at all while it is away.
 */
export abstract class Station<Runs extends Instance = Instance> {
  readonly disk = new Disk()
  readonly world: World
  readonly name: string
  isAway = false
  private runs: Runs | null = null
  private alarmAtMs: number | null = null
  /** Calls that it has not answered. */
  private serving = 0

  constructor(world: World, name: string) {
    this.world = world
    this.name = name
  }

  get isAwake(): boolean {
    return this.runs !== null
  }

  /** The instance that runs now; a new one when none does. */
  get instance(): Runs {
    if (this.runs) return this.runs
    this.runs = this.begin()
    this.world.check(() => this.world.auditor.noticeStart(this.name, this.runs?.ledger ?? null))
    this.runs.start()
    return this.runs
  }

  /** Memory goes, and what was under way. What was just written may have reached the disk, or not. */
  crash(): void {
    const { runs, world } = this
    if (!runs) return
    world.count("crashes")
    world.note(`${this.name} crashes`)
    this.runs = null
    if (world.chance.hits(0.5)) this.keep(runs)
    else {
      this.disk.lose()
      runs.decisions.length = 0
    }
    runs.die()
  }

  /** Puts to sleep whoever has nothing under way; as a crash does, without the damage. */
  evict(): void {
    const { runs } = this
    if (!runs || this.serving > 0 || runs.isBusy) return
    this.world.count("evictions")
    this.runs = null
    runs.die()
  }

  /** What this instance wrote is durable: from here on the auditor counts it. */
  keep(runs: Instance): void {
    this.disk.keep()
    const decisions = runs.decisions.splice(0)
    this.world.check(() => this.world.auditor.keep(this.name, decisions, runs.ledger))
  }

  async serve<T>(call: Promise<T>): Promise<T> {
    this.serving++
    try {
      return await call
    } finally {
      this.serving--
    }
  }

  setAlarm(atMs: number): void {
    this.alarmAtMs = atMs
    this.scheduleAlarm(atMs)
    if (this.world.befalls("alarmTroubleRate")) this.scheduleAlarm(atMs)
  }

  protected abstract begin(): Runs

  private scheduleAlarm(atMs: number): void {
    const { world } = this
    const lateMs = world.befalls("alarmTroubleRate") ? world.chance.between(0, ALARM_LATE_MS_MAX) : 0
    const delayMs = Math.max(0, atMs - world.nowMs) + lateMs
    world.timeline.after(delayMs, () => {
      // It was set for another time since; this one is the platform's own repetition at best.
      if (this.alarmAtMs !== atMs) return
      if (world.befalls("alarmLossRate")) {
        world.count("lost alarms")
        this.runs?.forgetAlarm()
      } else this.ring(atMs)
    })
  }

  private ring(atMs: number): void {
    const { instance, world } = this
    world.note(`${this.name} alarm`)
    this.serve(instance.alarm()).then(
      () => undefined,
      () => {
        if (this.alarmAtMs === atMs) world.timeline.after(ALARM_RETRY_MS, () => this.setAlarm(world.nowMs))
      },
    )
  }
}
