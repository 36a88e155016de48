import { describe, expect, test } from "vitest"
import { DUMMY_TOKEN, SECRETS, siteverify } from "./siteverify.ts"

const nowMs = Date.parse("2026-05-01T12:00:00Z")
const good = { secret: SECRETS.passes, response: DUMMY_TOKEN }

describe("siteverify", () => {
  test("passes the dummy token, as often as it comes, in the shape that Cloudflare documents", () => {
    for (const more of [{}, { remoteip: "127.0.0.1", idempotency_key: crypto.randomUUID() }])
      expect(siteverify({ ...good, ...more }, nowMs)).toEqual({
        success: true,
        "error-codes": [],
        challenge_ts: "2026-05-01T12:00:00.000Z",
        hostname: "localhost",
        action: "",
        cdata: "",
        metadata: { interactive: false },
      })
  })

  test.each([
    [{}, "missing-input-secret"],
    [{ ...good, secret: "mine" }, "invalid-input-secret"],
    [{ secret: SECRETS.passes }, "missing-input-response"],
    [{ ...good, response: "0.real" }, "invalid-input-response"],
    [{ ...good, secret: SECRETS.fails }, "invalid-input-response"],
    [{ ...good, secret: SECRETS.spent }, "timeout-or-duplicate"],
    [{ ...good, idempotency_key: "again" }, "bad-request"],
  ])("refuses %j with %s", (request, code) => {
    expect(siteverify(request, nowMs)).toEqual({ success: false, "error-codes": [code] })
  })
})
