/**
 * The payment form. Its fields are the provider's own, in its own frame: this page never sees a card. The same code
 * runs against Stripe and against the local emulator.
 */

interface PaymentElement {
  mount(target: Element): void
  on(
    event: "ready" | "change" | "loaderror",
    listener: (event: { error?: { message?: string } }) => void,
  ): void
}

interface Elements {
  create(kind: "payment", options?: object): PaymentElement
  submit?(): Promise<{ error?: StripeError }>
}

interface StripeError {
  type?: string
  message?: string
  payment_intent?: { status?: string }
}

interface Stripe {
  elements(options: { clientSecret: string; appearance: object }): Elements
  confirmPayment(options: {
    elements: Elements
    confirmParams: { return_url: string }
    redirect: "if_required"
  }): Promise<{ error?: StripeError; paymentIntent?: { status: string } }>
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe
  }
}

export {}

const form = document.querySelector<HTMLFormElement>("form[data-pay]")
if (form) startPayment(form)

function startPayment(payForm: HTMLFormElement): void {
  const button = payForm.querySelector("button")
  const target = payForm.querySelector("[data-pay-element]")
  const { publishableKey = "", clientSecret = "", returnUrl = "/" } = payForm.dataset
  if (!window.Stripe || !target || !button) {
    payForm.querySelector("[data-pay-loading]")?.remove()
    say(payForm, "The payment form does not load. Your piece stays held; load this page again in a moment.")
    return
  }
  const stripe = window.Stripe(publishableKey)
  const elements = stripe.elements({ clientSecret, appearance: appearanceOf(payForm) })
  const element = elements.create("payment", { layout: "tabs" })
  const ready = (): void => {
    payForm.querySelector("[data-pay-loading]")?.remove()
    button.disabled = false
  }
  element.on("ready", ready)
  element.on("loaderror", (event) =>
    say(payForm, event.error?.message ?? "The payment form does not load. Try again in a moment."),
  )
  element.mount(target)

  payForm.addEventListener("submit", (event) => {
    event.preventDefault()
    if (button.disabled) return
    button.disabled = true
    say(payForm, "")
    void pay(stripe, elements, payForm, new URL(returnUrl, location.href)).then((paid) => {
      if (paid) return
      button.disabled = false
      // A button that was disabled has lost the focus, and with it the place of who uses the keyboard.
      button.focus()
    })
  })
}

/** True when the page is being left for the order. */
async function pay(
  stripe: Stripe,
  elements: Elements,
  payForm: HTMLFormElement,
  returnUrl: URL,
): Promise<boolean> {
  try {
    const checked = await elements.submit?.()
    if (checked?.error) {
      say(payForm, checked.error.message ?? "Look at the fields once more.")
      return false
    }
    const result = await stripe.confirmPayment({
      elements,
      confirmParams: { return_url: returnUrl.href },
      redirect: "if_required",
    })
    const settled = result.error?.payment_intent?.status
    // "Already confirmed" is an error to the provider and a success to the shopper.
    if (
      !result.error ||
      settled === "requires_capture" ||
      settled === "succeeded" ||
      settled === "processing"
    ) {
      location.assign(returnUrl)
      return true
    }
    if (result.error.type === "api_connection_error" || result.error.type === "api_error")
      return doubt(payForm)
    say(payForm, result.error.message ?? "The payment did not go through. You were not charged.")
    return false
  } catch {
    return doubt(payForm)
  }
}

/** The answer was lost on its way: it may have gone through, so the order is looked at before anything is tried again. */
function doubt(payForm: HTMLFormElement): false {
  say(payForm, "No answer came back, so we cannot tell yet whether the payment went through.")
  payForm.querySelector("[data-pay-doubt]")?.removeAttribute("hidden")
  return false
}

function say(payForm: HTMLFormElement, words: string): void {
  const place = payForm.querySelector("[data-pay-error]")
  if (place) place.textContent = words
}

/** The provider's fields in the shop's own colours, in both schemes. */
function appearanceOf(payForm: HTMLElement): object {
  const style = getComputedStyle(payForm)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return {
    theme: matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
    variables: {
      colorPrimary: token("--ink"),
      colorBackground: token("--surface"),
      colorText: token("--ink"),
      colorTextSecondary: token("--ink-soft"),
      colorDanger: token("--lost"),
      fontFamily: "system-ui, sans-serif",
      borderRadius: token("--radius-s"),
      spacingUnit: "4px",
    },
  }
}
