import { describe, expect, it } from "vitest"
import { LocalPostgresError } from "./local-postgres-error.ts"
import { explainStartFailure, findLastWord } from "./start-failure.ts"
import { isPostmasterOf } from "./leftover-servers.ts"

const STAMP = "2026-01-02 03:04:05.678 UTC [4711] "

function explain(...lines: string[]): string {
  const output = lines.map((line) => `${STAMP}${line}\n`).join("")
  const verdict = explainStartFailure({ port: 5, dataDir: "/data", logPath: "/log", output })
  return verdict instanceof LocalPostgresError ? verdict.code : verdict
}

describe("a server that ended at once is explained", () => {
  it("as a taken port, whatever it says after that", () => {
    const bind = 'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use'
    expect(explain(bind, "FATAL:  could not create any TCP/IP sockets")).toBe("port_taken")
  })

  it("as worth a retry while a killed server still holds its shared memory", () => {
    expect(explain("FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use")).toBe("retry")
  })

  it("as damage when its files are", () => {
    expect(explain("PANIC:  could not locate a valid checkpoint record at 0/1")).toBe("data_corrupt")
    expect(explain('FATAL:  could not open file "global/pg_filenode.map": No such file or directory')).toBe(
      "data_corrupt",
    )
  })

  it("never as damage when the machine is at fault, because the advice would delete data", () => {
    for (const reason of ["No space left on device", "Permission denied", "Too many open files"]) {
      expect(explain(`FATAL:  could not open file "global/pg_control": ${reason}`)).toBe("start_failed")
    }
    expect(explain("FATAL:  could not map anonymous shared memory: Cannot allocate memory")).toBe(
      "start_failed",
    )
  })
})

it("the server's last word is its last FATAL or PANIC line, else its last line", () => {
  expect(findLastWord(`${STAMP}FATAL:  first\n${STAMP}PANIC:  second\n${STAMP}LOG:  shut down\n`)).toBe(
    "PANIC: second.",
  )
  const early = `${STAMP}FATAL:  the database system is starting up\n`
  expect(findLastWord(`${STAMP}PANIC:  damaged\n${early}`)).toBe("PANIC: damaged.")
  expect(findLastWord("postgres: cannot start\n\n")).toBe("postgres: cannot start.")
  expect(findLastWord("")).toBe("it wrote nothing.")
})

it("a postmaster of another folder is not taken for ours", () => {
  const ours = "/x/bin/postgres -D /data/cluster -c port=5"
  expect(isPostmasterOf("/data/cluster", ours)).toBe(true)
  expect(isPostmasterOf("/data/cluster", ours.replace("cluster", "cluster2"))).toBe(false)
  expect(isPostmasterOf("/data/cluster", "postgres: spillway spillway 127.0.0.1(1) idle")).toBe(false)
  expect(isPostmasterOf("/data/cluster", "vi /data/cluster")).toBe(false)
})
