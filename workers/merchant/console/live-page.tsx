import type { Child } from "hono/jsx"
import type { Role } from "../../environment.ts"
import { Countdown } from "../../storefront/components/countdown.tsx"
import { Dialog } from "../../storefront/components/dialog.tsx"
import { Phase } from "../../storefront/components/phase.tsx"
import { Stat, Stats } from "../../storefront/components/stat.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import { isBeforeBell } from "../../storefront/words/phases.ts"
import { ConsoleLayout } from "./layout.tsx"
import { alarmsOf, refusalsOf, wordsOf } from "./live-words.ts"
import type { LiveNumbers } from "./live-words.ts"
import { CONTROL_WORDS, ControlForm } from "./pages.tsx"
import type { ConsoleSale, Control } from "./pages.tsx"
import { rehearsalHref } from "./rehearsal-form.ts"

export interface LivePageProps {
  site: Site
  role: Role
  sale: ConsoleSale
  live: LiveNumbers
  /** What the last press led to, when it was refused. */
  trouble: string | null
}

/** One sale on its day: is it going well? Everything without scrolling, everything kept current by the script. */
export function LivePage({ site, role, sale, live, trouble }: LivePageProps) {
  const words = wordsOf(live)
  const stat = (name: string, label: string, unit?: string) => (
    <Stat label={label} value={words[name] ?? ""} live={name} {...(unit && { unit })} />
  )
  return (
    <ConsoleLayout site={site} title={sale.title} role={role} scripts={["console.js"]}>
      <div data-console={sale.saleId} data-rendered-phase={live.phase}>
        <header class="console__head">
          <div>
            <Phase phase={live.phase} live={true} />
            <h1>{sale.title}</h1>
          </div>
          <SaleClock sale={sale} live={live} />
          <Controls sale={sale} live={live} role={role} />
        </header>
        {trouble && (
          <p class="notice notice--hurry" role="alert">
            {trouble}
          </p>
        )}
        <Alarms live={live} />
        <div class="console__grid">
          <Panel title="Line" spark="joined">
            <Stats>
              {stat("joined", "joined")}
              {stat("waiting", "waiting")}
              {stat("pace", "turns a minute")}
              {stat("limit", "sets the pace")}
            </Stats>
          </Panel>
          <Panel title="Inside" spark="admitted">
            <Stats>
              {stat("admitted", "admitted so far")}
              {stat("active", "with a live pass")}
            </Stats>
          </Panel>
          <Panel title="Money" spark="revenue">
            <Stats>
              {stat("revenue", "revenue")}
              {stat("success", "payments succeed")}
              {stat("failed", "failed")}
              {stat("gate", "the provider")}
            </Stats>
          </Panel>
          <Panel title="Stock">
            <StockMeter live={live} />
            <Stats>
              {stat("sold", "sold")}
              {stat("held", "held")}
              {stat("available", "free")}
            </Stats>
          </Panel>
          <Panel title="On the way to Postgres">
            <Stats>
              {stat("outbox", "orders not reported yet")}
              {stat("oldest", "the oldest waits")}
            </Stats>
          </Panel>
          <Panel title="Refusals">
            <Refusals live={live} />
          </Panel>
          <section class="panel console__wide" aria-label="By SKU">
            <SkuTable live={live} words={words} sale={sale} />
          </section>
        </div>
        <p class="soft small" data-heard="">
          Read every two seconds. The curves show what was seen since this page was opened.
        </p>
      </div>
    </ConsoleLayout>
  )
}

function SaleClock({ sale, live }: { sale: ConsoleSale; live: LiveNumbers }) {
  if (live.phase === "ended") return null
  const before = isBeforeBell(live.phase)
  return (
    <Countdown
      label={before ? "Opens in" : "Closes in"}
      toMs={before ? sale.opensAtMs : sale.closesAtMs}
      nowMs={live.nowMs}
      exact={true}
      small={true}
    />
  )
}

function Controls({ sale, live, role }: { sale: ConsoleSale; live: LiveNumbers; role: Role }) {
  const controls = controlsFor(live.phase, role)
  return (
    <div class="actions">
      {controls.map((control) => (
        <>
          <a
            class={`button ${control === "end" ? "button--lost" : "button--quiet"}`}
            href={`/merchant/sales/${sale.saleId}/${control}`}
            data-opens={`confirm-${control}`}
          >
            {CONTROL_WORDS[control].action}
          </a>
          <Dialog id={`confirm-${control}`} title={CONTROL_WORDS[control].title}>
            <p>{CONTROL_WORDS[control].words}</p>
            <div class="actions">
              <ControlForm saleId={sale.saleId} control={control} />
              <form method="dialog">
                <button class="button button--quiet" type="submit">
                  Leave it as it is
                </button>
              </form>
            </div>
          </Dialog>
        </>
      ))}
      <a class="button button--quiet" href={`/merchant/sales/${sale.saleId}/audit`}>
        Audit
      </a>
      <a class="button button--quiet" href={rehearsalHref(sale)}>
        Rehearse
      </a>
    </div>
  )
}

/** Staff may pause; only owners end. The calls themselves check it again. */
function controlsFor(phase: LiveNumbers["phase"], role: Role): Control[] {
  if (phase === "ended" || role === "viewer") return []
  const stop: Control = phase === "paused" ? "resume" : "pause"
  return role === "owner" ? [stop, "end"] : [stop]
}

function Alarms({ live }: { live: LiveNumbers }) {
  return (
    <ul class="alarms" aria-live="assertive" data-alarms="">
      {alarmsOf(live).map((alarm) => (
        <li class="notice notice--lost">
          <strong>{alarm.title}.</strong> {alarm.advice}
        </li>
      ))}
    </ul>
  )
}

function Panel({ title, spark, children }: { title: string; spark?: string; children: Child }) {
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      {children}
      {spark && (
        <svg
          class="spark"
          viewBox="0 0 150 40"
          width="150"
          height="40"
          preserveAspectRatio="none"
          aria-hidden="true"
          data-spark={spark}
        >
          <line x1="0" y1="39.5" x2="150" y2="39.5" />
          <path d="M0 39.5H150" />
        </svg>
      )}
    </section>
  )
}

function StockMeter({ live }: { live: LiveNumbers }) {
  const total = Math.max(1, live.sold + live.held + live.available)
  const sold = (live.sold / total) * 100
  const held = (live.held / total) * 100
  return (
    <svg
      class="meter"
      viewBox="0 0 100 4"
      width="100"
      height="4"
      preserveAspectRatio="none"
      aria-hidden="true"
      data-meter=""
    >
      <rect class="meter__sold" x="0" y="0" width={sold} height="4" />
      <rect class="meter__held" x={sold} y="0" width={held} height="4" />
    </svg>
  )
}

function Refusals({ live }: { live: LiveNumbers }) {
  const refusals = refusalsOf(live)
  return (
    <ul class="left" data-refusals="">
      {refusals.length === 0 && <li class="soft">None so far</li>}
      {refusals.map((refusal) => (
        <li>
          <span>{refusal.title}</span>
          <span>{refusal.count}</span>
        </li>
      ))}
    </ul>
  )
}

function SkuTable({
  live,
  words,
  sale,
}: {
  live: LiveNumbers
  words: Record<string, string>
  sale: ConsoleSale
}) {
  const cell = (sku: string, what: string) => (
    <span data-live={`${sku} ${what}`}>{words[`${sku} ${what}`]}</span>
  )
  const allotments = new Map(sale.items.map((item) => [item.sku, item.allotment]))
  return (
    <Table
      caption="By SKU"
      columns={[
        { title: "SKU" },
        { title: "Allotted", number: true },
        { title: "Free", number: true },
        { title: "Held", number: true },
        { title: "Sold", number: true },
      ]}
      rows={live.items.map(({ sku, received }) => [
        sku,
        String(Math.max(received, allotments.get(sku) ?? 0)),
        cell(sku, "available"),
        cell(sku, "held"),
        cell(sku, "sold"),
      ])}
    />
  )
}
