/** `Stripe(…)` for the checkout page: the part of Stripe.js that the page uses, against the emulator this came from. */
import { make, makeCardForm } from "./card-form.js"
import { adoptStyles } from "./card-styles.js"

const API_BASE = new URL(document.currentScript.src).origin

/** Attempts for one confirmation whose connection breaks; the idempotency key makes the repetition harmless. */
const MAX_CONNECTION_ATTEMPTS = 3
const RETRY_WAIT_MS = 400

const CONNECTION_ERROR = {
  type: "api_connection_error",
  message:
    "We are experiencing issues connecting to our payments provider. Please check your internet connection and try again.",
}

const AUTHENTICATION_ERROR = {
  type: "invalid_request_error",
  code: "payment_intent_authentication_failure",
  message:
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
}

/** `{card: {number: '4'}}` becomes `card[number]=4`. */
const encodeForm = (value, name = "", form = new URLSearchParams()) => {
  if (value === undefined || value === null) return form
  if (typeof value !== "object") form.append(name, String(value))
  else
    for (const [key, item] of Object.entries(value))
      encodeForm(item, name === "" ? key : `${name}[${key}]`, form)
  return form
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const call = async (publishableKey, method, path, parameters) => {
  const form = encodeForm(parameters)
  const headers = { Authorization: `Bearer ${publishableKey}` }
  if (method === "POST")
    headers["Idempotency-Key"] = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("")
  const url = method === "GET" ? `${API_BASE}${path}?${form}` : `${API_BASE}${path}`
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, method === "GET" ? { headers } : { method, headers, body: form })
      return await response.json()
    } catch {
      // A broken connection says nothing about the payment: ask again with the same key, then report it.
      if (attempt >= MAX_CONNECTION_ATTEMPTS) return { error: CONNECTION_ERROR }
      await pause(RETRY_WAIT_MS * attempt)
    }
  }
}

const intentIdOf = (clientSecret) => {
  const [id] = String(clientSecret).split("_secret_")
  if (!/^pi_\w+$/.test(id) || id === clientSecret)
    throw new Error(
      `Invalid value for clientSecret: "${clientSecret}" should be the client_secret of a PaymentIntent.`,
    )
  return id
}

/** Shows the bank's page over the checkout and resolves when the shopper has answered, or has closed it. */
const showBankPage = (address) =>
  new Promise((resolve) => {
    adoptStyles()
    const frame = make("iframe", { src: address, title: "Confirmation by your bank" })
    // Escape pressed inside the frame stays there, so there must be a button to leave with; it has the focus first.
    const leave = make("button", { type: "button", autofocus: true }, "Cancel payment")
    leave.addEventListener("click", () => dialog.close())
    const dialog = make(
      "dialog",
      { className: "spse-bank", "aria-label": "Confirmation by your bank" },
      frame,
      leave,
    )
    const finish = (answered) => {
      window.removeEventListener("message", listen)
      dialog.remove()
      resolve(answered)
    }
    const listen = (event) => {
      if (
        event.source === frame.contentWindow &&
        event.origin === API_BASE &&
        event.data?.type === "stripe-emulator-3ds-done"
      )
        finish(true)
    }
    window.addEventListener("message", listen)
    dialog.addEventListener("close", () => finish(false))
    document.body.append(dialog)
    dialog.showModal()
  })

const makeElement = (appearance) => {
  const listeners = new Map()
  const emit = (name, detail = {}) => {
    for (const listener of listeners.get(name) ?? []) listener({ elementType: "payment", ...detail })
  }
  const form = makeCardForm(appearance?.variables ?? {}, () =>
    emit("change", {
      complete: form.isComplete(),
      empty: form.isEmpty(),
      collapsed: false,
      value: { type: "card" },
    }),
  )
  form.root.addEventListener("focusin", () => emit("focus"))
  form.root.addEventListener("focusout", () => emit("blur"))
  const element = {
    form,
    mount(place) {
      const host = typeof place === "string" ? document.querySelector(place) : place
      if (host === null)
        throw new Error(
          `The selector you specified (${place}) applies to no DOM elements that are currently on the page.`,
        )
      host.replaceChildren(form.root)
      // As with Stripe.js, whoever listens after mounting still hears that the element is ready.
      setTimeout(() => emit("ready"), 0)
    },
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener])
      return element
    },
    once(name, listener) {
      const wrapped = (detail) => {
        element.off(name, wrapped)
        listener(detail)
      }
      return element.on(name, wrapped)
    },
    off(name, listener) {
      listeners.set(
        name,
        listener === undefined ? [] : (listeners.get(name) ?? []).filter((known) => known !== listener),
      )
      return element
    },
    update(options) {
      form.setDisabled(options?.readOnly === true)
    },
    collapse() {},
    focus: form.focus,
    blur: form.blur,
    clear: form.clear,
    unmount: () => form.root.remove(),
    destroy: () => form.root.remove(),
  }
  return element
}

const makeElements = (options) => {
  let element = null
  return {
    clientSecret: options?.clientSecret,
    create(type) {
      if (type !== "payment") throw new Error(`The emulator has the payment element, not ${type}.`)
      if (element !== null) throw new Error("Can only create one Element of type payment.")
      element = makeElement(options?.appearance)
      return element
    },
    getElement: (type) => (type === "payment" ? element : null),
    update(next) {
      element?.form.restyle(next?.appearance?.variables ?? {})
    },
    fetchUpdates: async () => ({}),
    async submit() {
      const problem = element?.form.validate() ?? null
      return problem === null
        ? { selectedPaymentMethod: "card" }
        : { error: { type: "validation_error", ...problem } }
    },
  }
}

const withQuery = (returnUrl, intent) => {
  const url = new URL(returnUrl, location.href)
  url.searchParams.set("payment_intent", intent.id)
  url.searchParams.set("payment_intent_client_secret", intent.client_secret)
  url.searchParams.set(
    "redirect_status",
    intent.status === "succeeded" || intent.status === "requires_capture" ? "succeeded" : "failed",
  )
  return url.href
}

globalThis.Stripe = (publishableKey) => {
  if (!String(publishableKey).startsWith("pk_"))
    throw new Error(
      "Please call Stripe() with your publishable key. You used an empty string or another kind of key.",
    )

  const retrieve = async (clientSecret) => {
    const answer = await call(publishableKey, "GET", `/v1/payment_intents/${intentIdOf(clientSecret)}`, {
      client_secret: clientSecret,
    })
    return answer.error === undefined ? { paymentIntent: answer } : { error: answer.error }
  }

  const handleNextAction = async ({ clientSecret }) => {
    const before = await retrieve(clientSecret)
    const action = before.paymentIntent?.next_action
    if (action === null || action === undefined) return before
    if (action.type === "redirect_to_url") {
      location.assign(action.redirect_to_url.url)
      return new Promise(() => {})
    }
    if (!(await showBankPage(action.use_stripe_sdk.stripe_js))) {
      await fetch(`${API_BASE}/_3ds/${before.paymentIntent.id}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: '{"outcome":"fail"}',
      }).catch(() => undefined)
    }
    const after = await retrieve(clientSecret)
    if (after.paymentIntent?.status !== "requires_payment_method") return after
    return {
      error: {
        ...AUTHENTICATION_ERROR,
        ...after.paymentIntent.last_payment_error,
        payment_intent: after.paymentIntent,
      },
    }
  }

  const confirmPayment = async ({
    elements,
    clientSecret = elements?.clientSecret,
    confirmParams = {},
    redirect = "always",
  }) => {
    const { return_url: returnUrl, payment_method_data: extra, ...others } = confirmParams
    if (redirect !== "if_required" && returnUrl === undefined)
      throw new Error("stripe.confirmPayment(): the `confirmParams.return_url` argument is required.")
    const form = elements?.getElement("payment")?.form
    const problem = form?.validate() ?? null
    if (problem !== null) return { error: { type: "validation_error", ...problem } }
    const data = form === undefined ? extra : { type: "card", ...extra, card: form.read() }
    form?.setDisabled(true)
    const answer = await call(
      publishableKey,
      "POST",
      `/v1/payment_intents/${intentIdOf(clientSecret)}/confirm`,
      {
        ...others,
        payment_method_data: data,
        return_url: returnUrl,
        use_stripe_sdk: true,
        client_secret: clientSecret,
      },
    )
    form?.setDisabled(false)
    if (answer.error !== undefined) {
      form?.showApiError(answer.error)
      return { error: answer.error }
    }
    const result =
      answer.status === "requires_action"
        ? await handleNextAction({ clientSecret })
        : { paymentIntent: answer }
    if (result.paymentIntent === undefined || redirect === "if_required") return result
    location.assign(withQuery(returnUrl, result.paymentIntent))
    return new Promise(() => {})
  }

  return { elements: makeElements, confirmPayment, retrievePaymentIntent: retrieve, handleNextAction }
}
