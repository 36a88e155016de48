/** Scripts are bundled apart, so the one that learns the server's time tells the others by this event. */
const EVENT = "spillway:clock"

/** Milliseconds to add to this machine's clock to have the server's. */
export function tellClock(offsetMs: number): void {
  document.dispatchEvent(new CustomEvent<number>(EVENT, { detail: offsetMs }))
}

export function onClock(listener: (offsetMs: number) => void): void {
  document.addEventListener(EVENT, (event) => {
    if (event instanceof CustomEvent && typeof event.detail === "number") listener(event.detail)
  })
}

/** When this page's first byte came, by this machine's clock: the moment a `data-server-now` was true. */
export function pageArrivedAtMs(): number {
  const [navigation] = performance.getEntriesByType("navigation")
  const responseStart = navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : 0
  return performance.timeOrigin + responseStart
}
