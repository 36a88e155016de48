import { spawn } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const SCRIPT = fileURLToPath(new URL("audit.ts", import.meta.url))
const TOKEN = "a-token"

const promise = (ok: boolean) => ({ ok, checked: 3, says: ok ? "Kept." : "1 difference." })
const difference = {
  promise: "P2",
  kind: "captured_twice",
  subjects: { orderId: "o1" },
  says: "Refund all but one.",
}
const ANSWERS: Record<string, [number, unknown]> = {
  kept: [
    200,
    { promises: { P1: promise(true), P2: promise(true) }, differences: [], notices: [], counts: { skus: 1 } },
  ],
  broken: [
    200,
    {
      promises: { P1: promise(true), P2: promise(false) },
      differences: [difference],
      notices: [{ kind: "disputed", subjects: { orderId: "o2" }, says: "Answer it." }],
      counts: { differences: 1 },
    },
  ],
  none: [404, { code: "sale_not_found", detail: "Check the sale's id." }],
  odd: [200, { hello: "there" }],
}

const server = createServer((request, response) => {
  const [status, body] = ANSWERS[request.url?.split("/").at(-2) ?? ""] ?? [404, {}]
  const known = request.headers.authorization === `Bearer ${TOKEN}`
  response.writeHead(known ? status : 401, { "content-type": "application/json" })
  response.end(JSON.stringify(known ? body : { code: "unauthorized", detail: "Send a token." }))
})
let url: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
})

async function run(...options: string[]): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", SCRIPT, ...options])
  let text = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk))
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve))
  return { status, text }
}

const ask = (sale: string, token = TOKEN) => run("--sale", sale, "--url", url, "--token", token)

describe("npm run audit", () => {
  it("ends with 0 when every promise was kept, and says what was counted", async () => {
    const { status, text } = await ask("kept")
    expect(text).toContain("Every promise was kept.")
    expect(text).toContain("skus 1")
    expect(status).toBe(0)
  })

  it("ends with 1 when one is broken, and names each difference and what else wants a look", async () => {
    const { status, text } = await ask("broken")
    expect(text).toMatch(/BROKEN {2}P2/)
    for (const part of ["P2 captured_twice", "orderId o1", difference.says, "NOTICE disputed", "orderId o2"])
      expect(text).toContain(part)
    expect(status).toBe(1)
  })

  it.each([
    ["there is no such sale", () => ask("none"), "sale_not_found"],
    ["the token is wrong", () => ask("kept", "another"), "unauthorized"],
    ["the answer is no audit", () => ask("odd"), "did not answer with an audit"],
    ["nobody answers", () => run("--sale", "kept", "--url", "http://127.0.0.1:9"), "does not answer"],
    ["no sale is named", () => run("--url", url), "Say which sale"],
    ["the address is none", () => run("--sale", "kept", "--url", "nowhere"), "is not an address"],
    ["an option is unknown", () => run("--sales", "kept"), "--sales"],
  ])("ends with 2 when %s, and says so", async (_, asked, part) => {
    const { status, text } = await asked()
    expect(text).toContain(part)
    expect(status).toBe(2)
  })
})
