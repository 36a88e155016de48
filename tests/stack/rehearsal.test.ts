import { expect, inject, test } from "vitest"

const { url } = inject("stack")

async function signedIn(): Promise<Record<string, string>> {
  const body = new URLSearchParams({ token: "local-merchant-token" })
  const answer = await fetch(`${url}/merchant/sign-in`, { method: "POST", body, redirect: "manual" })
  return { cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" }
}

test("a merchant rehearses a sale by a form: picture, table and advice, without a script", async () => {
  const headers = await signedIn()
  const empty = await fetch(`${url}/merchant/rehearsal`, { headers })
  expect(empty.status).toBe(200)
  expect(await empty.text()).not.toContain('<svg class="rehearsal__frame"')
  const played = await fetch(`${url}/merchant/rehearsal?arrivals=1000000&stock=2000&max-active=100`, {
    headers,
  })
  const page = await played.text()
  expect(played.status).toBe(200)
  expect(page.match(/<svg class="rehearsal__frame"/g)).toHaveLength(4)
  expect(page).toContain("The cap is what holds the line back, not the rate.")
  expect(page).not.toContain("broke a promise")
  const refused = await fetch(`${url}/merchant/rehearsal?stock=none`, { headers })
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain("takes a whole number from 1")
})

test("a merchant rehearses a draw and a sale by arrival by the same form", async () => {
  const headers = await signedIn()
  const play = async (query: string) => {
    const played = await fetch(`${url}/merchant/rehearsal?stock=500&arrivals=20000&${query}`, { headers })
    expect(played.status).toBe(200)
    const page = await played.text()
    expect(page).not.toContain("broke a promise")
    return page
  }
  const draw = await play("mode=draw&draw-factor=2&turn-minutes=5")
  expect(draw).toContain('aria-label="Drawn over')
  expect(draw).toContain("Came after registration had closed")
  expect(await play("mode=first_come&waiting-minutes=30")).toContain('aria-label="In line over')
})

test("nobody else may rehearse here", async () => {
  const stranger = await fetch(`${url}/merchant/rehearsal?stock=10`, { redirect: "manual" })
  expect(stranger.status).toBe(303)
  expect(stranger.headers.get("location")).toBe("/merchant")
})
