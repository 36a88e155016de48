/** What is used of Turnstile's script, which puts itself on the window. */
interface TurnstileApi {
  render(
    place: HTMLElement,
    options: {
      sitekey: string
      action: string
      cData: string
      callback: (token: string) => void
      "error-callback": (code?: string) => void
      "expired-callback": () => void
    },
  ): string
  remove(widgetId: string): void
}

export interface Asked {
  siteKey: string
  scriptUrl: string
  action: string
  cData: string
}

/** Shows the widget and waits until it is passed; then it goes, for its token is good once. */
export async function passWidget(place: HTMLElement, asked: Asked): Promise<string> {
  const api = await loadApi(asked.scriptUrl)
  let widgetId: string | undefined
  try {
    return await new Promise<string>((resolve, reject) => {
      widgetId = api.render(place, {
        sitekey: asked.siteKey,
        action: asked.action,
        cData: asked.cData,
        callback: resolve,
        "error-callback": (code) => reject(new Error(`the check failed: ${code ?? "unknown"}`)),
        "expired-callback": () => reject(new Error("the check ran out")),
      })
    })
  } finally {
    if (widgetId !== undefined) api.remove(widgetId)
  }
}

function loadedApi(): TurnstileApi | undefined {
  return (globalThis as { turnstile?: TurnstileApi }).turnstile
}

async function loadApi(scriptUrl: string): Promise<TurnstileApi> {
  if (!loadedApi()) {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement("script")
      script.src = scriptUrl
      script.addEventListener("load", () => resolve())
      script.addEventListener("error", () => reject(new Error("the check's script did not come")))
      document.head.append(script)
    })
  }
  const api = loadedApi()
  if (!api) throw new Error("the check's script is not what it should be")
  return api
}
