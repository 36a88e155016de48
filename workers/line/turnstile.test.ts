import { afterEach, describe, expect, test, vi } from "vitest"
import { turnstileOf, verdictOf, verifyTurnstile } from "./turnstile.ts"

const passed = { success: true, "error-codes": [] }
const failed = (...codes: string[]) => ({ success: false, "error-codes": codes })

describe("what siteverify says of a token", () => {
  test("counts only for joining, and for the sale that it was asked for", () => {
    expect(verdictOf({ ...passed, action: "join", cdata: "sale-1" }, "sale-1")).toBe("passed")
    // The test keys' answers name neither.
    expect(verdictOf(passed, "sale-1")).toBe("passed")
    expect(verdictOf({ ...passed, action: "", cdata: "" }, "sale-1")).toBe("passed")
    expect(verdictOf({ ...passed, action: "login" }, "sale-1")).toBe("refused")
    expect(verdictOf({ ...passed, action: "join", cdata: "sale-2" }, "sale-1")).toBe("refused")
  })

  test("is the shopper's fault, or ours and Cloudflare's", () => {
    for (const code of [
      "missing-input-response",
      "invalid-input-response",
      "timeout-or-duplicate",
      "bad-request",
    ])
      expect(verdictOf(failed(code), "sale-1")).toBe("refused")
    for (const code of ["missing-input-secret", "invalid-input-secret", "internal-error"])
      expect(verdictOf(failed(code), "sale-1")).toBe("away")
  })
})

describe("asking siteverify", () => {
  const turnstile = { siteKey: "site", secret: "secret", base: "http://turnstile.test" }
  const asked = { token: "token", saleId: "sale-1", subject: "session-1", remoteIp: "192.0.2.1" }
  afterEach(() => vi.unstubAllGlobals())

  /** The network, answering the same to everybody. Returns the bodies that were sent. */
  function network(answer: () => Response): URLSearchParams[] {
    const sent: URLSearchParams[] = []
    vi.stubGlobal("fetch", async (url: string, init: { body: URLSearchParams }) => {
      expect(url).toBe("http://turnstile.test/turnstile/v0/siteverify")
      sent.push(init.body)
      return answer()
    })
    return sent
  }

  test("sends a form, with a key by which the same request gets the same answer", async () => {
    const sent = network(() => Response.json(passed))
    expect(await verifyTurnstile(turnstile, asked)).toBe("passed")
    await verifyTurnstile(turnstile, asked)
    await verifyTurnstile(turnstile, { ...asked, subject: "session-2", remoteIp: null })
    const [first, again, other] = sent.map((body) => Object.fromEntries(body))
    expect(first).toMatchObject({ secret: "secret", response: "token", remoteip: "192.0.2.1" })
    expect(first?.["idempotency_key"]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(again).toEqual(first)
    expect(other?.["idempotency_key"]).not.toBe(first?.["idempotency_key"])
    expect(other).not.toHaveProperty("remoteip")
  })

  test("takes no answer, another answer and a broken one as away, never as passed", async () => {
    vi.spyOn(console, "warn").mockReturnValue()
    for (const answer of [
      () => new Response("<html>", { status: 502 }),
      () => Response.json({ success: "true" }),
      () => Response.json(null),
      () => Response.json(failed("internal-error")),
      () => {
        throw new TypeError("network connection lost")
      },
    ]) {
      network(answer)
      expect(await verifyTurnstile(turnstile, asked)).toBe("away")
    }
    vi.restoreAllMocks()
  })

  test("is possible where both keys are set", () => {
    expect(turnstileOf({})).toBe(null)
    expect(turnstileOf({ TURNSTILE_SITE_KEY: "site", TURNSTILE_SECRET: "" })).toBe(null)
    expect(turnstileOf({ TURNSTILE_SITE_KEY: "site", TURNSTILE_SECRET: "secret" })).toEqual({
      siteKey: "site",
      secret: "secret",
      base: "https://challenges.cloudflare.com",
    })
  })
})
