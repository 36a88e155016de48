/**
 * One purchase, one key: a double click is one hold. The page is cached and the same for everybody, so the key is made
 * here; another choice is another purchase and gets another key.
 */
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-buy]")) {
  const given = form.querySelector<HTMLInputElement>('input[name="key"]')
  const field = given ?? document.createElement("input")
  field.type = "hidden"
  field.name = "key"
  const renew = (): void => {
    field.value = crypto.randomUUID()
  }
  renew()
  form.append(field)
  form.addEventListener("change", renew)
  // Coming back to the page is a new wish, not the old one again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) renew()
  })
}
