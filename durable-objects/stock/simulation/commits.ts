import { MemorySql } from "../../memory-sql.ts"
import { CommitQueueFull, GroupCommit } from "../group-commit.ts"
import type { CommitStorage } from "../group-commit.ts"
import { Chance } from "./random.ts"

/** Rounds of the event loop that a commit is on its way to disk, at most. */
const SYNC_HOPS_MAX = 20

/** The command's own failure. */
class BadCommand extends Error {}
class DiskFailure extends Error {}

/** Storage whose disk is slow and fails at times. It knows what is durable. */
class SlowStorage implements CommitStorage {
  readonly sql = new MemorySql()
  /** Commands up to this one, in the order in which they were written, are durable. */
  durable = 0
  failureRate = 0
  private readonly chance: Chance

  constructor(chance: Chance) {
    this.chance = chance
    this.sql.exec(
      `CREATE TABLE done (place INTEGER PRIMARY KEY AUTOINCREMENT, command INTEGER NOT NULL UNIQUE)`,
    )
  }

  transactionSync<T>(closure: () => T): T {
    return this.sql.transactionSync(closure)
  }

  async sync(): Promise<void> {
    const written = this.rows().length
    for (let left = this.chance.between(0, SYNC_HOPS_MAX); left > 0; left--) await Promise.resolve()
    if (this.chance.hits(this.failureRate)) throw new DiskFailure("the disk is gone")
    this.durable = Math.max(this.durable, written)
  }

  rows(): number[] {
    const rows = this.sql.exec<{ command: number }>(`SELECT command FROM done ORDER BY place`).toArray()
    return rows.map(({ command }) => command)
  }
}

/**
 * Commands in random clusters over a disk that is slow or fails. Throws when an answer comes before its write is
 * durable, when a bad command takes its neighbours along or leaves something, when the order is not that of arrival, or
 * when memory and tables differ. Returns how often each thing happened.
 */
export async function simulateCommits(seed: number, commands: number): Promise<Record<string, number>> {
  const chance = new Chance(seed)
  const storage = new SlowStorage(chance)
  // Stands for what a ledger remembers: written beside the table, read anew after a rollback.
  let memory: number[] = []
  const commits = new GroupCommit(storage, () => {
    memory = storage.rows()
  })
  const tally = { answered: 0, bad: 0, "lost with the disk": 0, full: 0 }
  const failures: unknown[] = []
  const answers: Promise<void>[] = []

  const decide = (command: number, bad: boolean) => () => {
    storage.sql.exec(`INSERT INTO done (command) VALUES (?)`, command)
    memory.push(command)
    if (bad) throw new BadCommand(`command ${command} is bad`)
    return { command, place: memory.length }
  }
  const submit = async (command: number, bad: boolean) => {
    try {
      const answer = await commits.submit(decide(command, bad))
      if (bad) throw new Error(`command ${command} is bad and was answered`)
      if (answer.command !== command) throw new Error(`command ${command} got another's answer`)
      if (answer.place > storage.durable)
        throw new Error(`command ${command} was answered before it was durable`)
      tally.answered++
    } catch (error) {
      if (error instanceof BadCommand && bad) tally.bad++
      else if (error instanceof DiskFailure) tally["lost with the disk"]++
      else if (error instanceof CommitQueueFull) tally.full++
      else failures.push(error)
    }
  }

  const bad = new Set<number>()
  for (let command = 0; command < commands; command++) {
    if (chance.hits(0.03)) bad.add(command)
    storage.failureRate = command % 100 < 50 ? 0 : 0.1
    answers.push(submit(command, bad.has(command)))
    if (chance.hits(0.2))
      for (let left = chance.between(1, 2 * SYNC_HOPS_MAX); left > 0; left--) await Promise.resolve()
  }
  await Promise.all(answers)
  if (failures.length > 0) throw new Error(`seed ${seed}: ${String(failures[0])}`, { cause: failures[0] })
  const written = storage.rows()
  const expected = Array.from({ length: commands }, (_, command) => command).filter(
    (command) => !bad.has(command),
  )
  if (String(written) !== String(expected))
    throw new Error(`seed ${seed}: not each good command once, in order`)
  if (String(memory) !== String(written)) throw new Error(`seed ${seed}: memory differs from the table`)
  return tally
}
