import { describe, expect, it } from "vitest"
import { checkHeaders, parseRequest, wordFailure } from "./sql-protocol.ts"

const URL = "postgres://spillway:p%40ss@127.0.0.1:54329/spillway"

function check(connectionString: string | undefined, raw: string | undefined = "true"): string | undefined {
  const headers = { "neon-connection-string": connectionString, "neon-raw-text-output": raw }
  return checkHeaders(headers, URL)?.error.code
}

describe("credentials", () => {
  it("count by user, password and database, and not by host, port or options", () => {
    expect(check(URL)).toBeUndefined()
    expect(check("postgresql://spillway:p%40ss@elsewhere/spillway?application_name=x")).toBeUndefined()
  })

  it("that are missing, malformed or wrong are refused", () => {
    expect(check(undefined)).toBe("08001")
    expect(check("spillway")).toBe("08001")
    expect(check("http://spillway:p%40ss@127.0.0.1/spillway")).toBe("08001")
    expect(check("postgres://%zz:p@127.0.0.1/spillway")).toBe("08001")
    expect(check("postgres://other:p%40ss@127.0.0.1/spillway")).toBe("28P01")
    expect(check("postgres://spillway:wrong@127.0.0.1/spillway")).toBe("28P01")
    expect(check("postgres://spillway@127.0.0.1/spillway")).toBe("28P01")
    expect(check("postgres://spillway:p%40ss@127.0.0.1/other")).toBe("3D000")
  })

  it("do not help a request for parsed output, which is not served", () => {
    expect(check(URL, "false")).toBe("0A000")
    expect(check(URL, "")).toBe("0A000")
  })
})

describe("a body", () => {
  it("is one statement, with or without parameters", () => {
    expect(parseRequest({ "neon-array-mode": "true" }, '{"query":"select 1"}')).toEqual({
      kind: "single",
      arrayMode: true,
      statement: { query: "select 1", params: [] },
    })
  })

  it("is a batch whose headers word its BEGIN", () => {
    const headers = {
      "neon-batch-isolation-level": "RepeatableRead",
      "neon-batch-read-only": "true",
      "neon-batch-deferrable": "false",
    }
    expect(parseRequest(headers, '{"queries":[{"query":"select 1","params":[1,null]}]}')).toEqual({
      kind: "batch",
      arrayMode: false,
      begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      statements: [{ query: "select 1", params: [1, null] }],
    })
  })

  it("that is anything else is refused with 400", () => {
    const tooMany = JSON.stringify({ query: "select 1", params: Array.from({ length: 65_536 }, () => 1) })
    for (const body of [
      "",
      "[]",
      "null",
      '{"query":1}',
      '{"query":"a\\u0000b"}',
      '{"queries":[{}]}',
      tooMany,
    ]) {
      expect(parseRequest({}, body)).toMatchObject({ kind: "refused", status: 400 })
    }
    for (const level of ["Snapshot", "toString", "serializable; drop table sale"]) {
      const refusal = parseRequest({ "neon-batch-isolation-level": level }, '{"queries":[]}')
      expect(refusal).toMatchObject({ kind: "refused", status: 400 })
    }
  })
})

describe("a failure", () => {
  it("of the query is a 400 with PostgreSQL's fields and no others", () => {
    const error = Object.assign(new Error("duplicate key"), {
      severity: "ERROR",
      code: "23505",
      constraint: "sale_pkey",
      length: 5,
      hint: undefined,
    })
    expect(wordFailure(error)).toEqual({
      kind: "refused",
      status: 400,
      error: { message: "duplicate key", severity: "ERROR", code: "23505", constraint: "sale_pkey" },
    })
  })

  it("of the way to the database is a 503, and so is a server that goes down or is full", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
    expect(wordFailure(refused)).toMatchObject({ status: 503, error: { code: "08006" } })
    for (const code of ["57P01", "57P03", "53300"]) {
      const error = Object.assign(new Error("away"), { severity: "FATAL", code })
      expect(wordFailure(error)).toMatchObject({ status: 503, error: { code } })
    }
  })
})
