import { AuditFailure } from "../auditor.ts"
import { Chance } from "../random.ts"
import { Life } from "./life.ts"
import { SOUND } from "./parties.ts"
import type { Makers } from "./parties.ts"
import type { Tally } from "./world.ts"

/** Commands in the life of one root and its lanes: then a new one begins, with other habits around it. */
const LIFE_COMMANDS_MAX = 4_000

export interface LaneRun {
  tally: Tally
  /** Of everything that happened: the same for the same seed. */
  digest: number
  commands: number
}

/** Names all that is needed to see the failure again. */
export class LaneSimulationFailure extends Error {
  override name = "LaneSimulationFailure"

  constructor(
    where: { seed: number; command: number; nowMs: number; latest: readonly object[] },
    cause: unknown,
  ) {
    const { seed, command, nowMs, latest } = where
    const isFinding = cause instanceof AuditFailure
    const said = isFinding ? cause.message : String(cause instanceof Error ? cause.stack : cause)
    const before = latest.map((decision) => `\n  ${JSON.stringify(decision)}`).join("")
    super(`seed ${seed}, command ${command}, at ${nowMs} ms\n  ${said}\ndecided before:${before}`, { cause })
  }
}

/** Runs seeded lives of a root and its lanes, one after another; throws `LaneSimulationFailure` at the first difference. */
export async function simulateLanes(options: {
  seed: number
  commands: number
  /** A broken part in the auditor's own test. */
  makers?: Partial<Makers>
  onLife?: (commands: number) => void
}): Promise<LaneRun> {
  const chance = new Chance(options.seed)
  const run: LaneRun = { tally: {}, digest: 0, commands: 0 }
  while (run.commands < options.commands) {
    const most = Math.min(LIFE_COMMANDS_MAX, options.commands)
    const life = new Life(chance.fork(), { ...SOUND, ...options.makers }, run.tally)
    try {
      await life.live(chance.between(most / 8, most))
    } catch (error) {
      const { nowMs, auditor } = life.world
      const command = run.commands + life.desk.asked
      throw new LaneSimulationFailure({ seed: options.seed, command, nowMs, latest: auditor.latest }, error)
    }
    run.commands += life.desk.asked
    run.digest = Math.imul(run.digest ^ life.world.digest, 0x01000193) >>> 0
    options.onLife?.(run.commands)
  }
  return run
}
