/* In place of Cloudflare's api.js: the calls that a page makes, with the test keys' behaviour. The emulator puts the token in. */
;(() => {
  const TOKEN = "the dummy token"
  const widgets = new Map()
  let made = 0

  function render(place, options) {
    const element = typeof place === "string" ? document.querySelector(place) : place
    const id = `cf-chl-widget-local-${(made += 1)}`
    const widget = document.createElement("p")
    widget.id = id
    element.append(widget)
    widgets.set(id, { widget, token: undefined })
    const pass = () => {
      const known = widgets.get(id)
      if (!known) return
      known.token = TOKEN
      widget.textContent = "Local Turnstile: passed"
      options.callback?.(TOKEN)
    }
    if (options.sitekey.startsWith("1x")) {
      widget.textContent = "Local Turnstile: checking"
      setTimeout(pass, 50)
    } else if (options.sitekey.startsWith("3x")) {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = "Local Turnstile: verify you are human"
      button.addEventListener("click", pass)
      widget.append(button)
    } else {
      widget.textContent = "Local Turnstile: blocked"
      setTimeout(() => options["error-callback"]?.("300030"), 50)
    }
    return id
  }

  window.turnstile = {
    ready: (callback) => callback(),
    render,
    getResponse: (id) => widgets.get(id)?.token,
    isExpired: () => false,
    reset() {},
    remove(id) {
      widgets.get(id)?.widget.remove()
      widgets.delete(id)
    },
  }
})()
