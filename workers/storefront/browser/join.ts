import { all, write } from "./live/show.ts"
import { solve } from "./challenge/solve-apart.ts"
import type { Work } from "./challenge/solve-apart.ts"
import { passWidget } from "./challenge/widget.ts"
import type { Asked } from "./challenge/widget.ts"

/** Joins a line that asks for a check first: gets what is asked, answers it, and sends the form with the answer. */

for (const form of all("form[data-challenge]")) {
  if (!(form instanceof HTMLFormElement)) continue
  let working = false
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (working) return
    working = true
    answer(form)
      .then((fields) => send(form, fields))
      .catch(() => say(form, "failed"))
      .finally(() => (working = false))
  })
}

/** As `GET /api/sales/{saleId}/challenge` gives it. */
type Challenge = { kind: "none" } | ({ kind: "proof_of_work" } & Work) | ({ kind: "turnstile" } & Asked)

async function answer(form: HTMLFormElement): Promise<Record<string, string>> {
  const response = await fetch(form.dataset["challenge"] ?? "", { headers: { accept: "application/json" } })
  if (!response.ok) throw new Error(`the challenge was answered ${response.status}`)
  const challenge = (await response.json()) as Challenge
  if (challenge.kind === "none") return {}
  if (challenge.kind === "turnstile") {
    const place = form.querySelector<HTMLElement>("[data-challenge-widget]")
    if (!place) throw new Error("the form has no place for the check")
    return { token: await passWidget(place, challenge) }
  }
  const { nonce } = challenge
  say(form, "working")
  const progress = form.querySelector<HTMLProgressElement>("[data-challenge-progress]")
  progress?.removeAttribute("hidden")
  const counter = await solve(form.dataset["solver"] ?? "", challenge, (share) => {
    if (progress) progress.value = share
  })
  return { nonce, counter: String(counter) }
}

function send(form: HTMLFormElement, fields: Record<string, string>): void {
  for (const [name, value] of Object.entries(fields)) {
    const field =
      form.querySelector<HTMLInputElement>(`input[name="${name}"]`) ?? document.createElement("input")
    field.type = "hidden"
    field.name = name
    field.value = value
    form.append(field)
  }
  say(form, "joining")
  form.submit()
}

/** In the page's language: the form brings the words along. */
function say(form: HTMLFormElement, what: "working" | "joining" | "failed"): void {
  write(form.querySelector("[data-challenge-words]"), form.dataset[what] ?? "")
}
