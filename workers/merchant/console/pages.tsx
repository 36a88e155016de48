import type { SalePhase } from "../../../durable-objects/room/contract.ts"
import type { ModeSettings } from "../../../waiting-room/mode.ts"
import type { Role } from "../../environment.ts"
import { Button } from "../../storefront/components/button.tsx"
import { Field } from "../../storefront/components/field.tsx"
import { Moment } from "../../storefront/components/moment.tsx"
import { Notice } from "../../storefront/components/notice.tsx"
import { Phase } from "../../storefront/components/phase.tsx"
import { Table } from "../../storefront/components/table.tsx"
import type { Site } from "../../storefront/site.ts"
import { countOf, formatCount } from "../../storefront/words/money.ts"
import { ConsoleLayout } from "./layout.tsx"

export function SignIn({ site, error }: { site: Site; error: string | null }) {
  return (
    <ConsoleLayout site={site} title="Sign in" role={null}>
      <form class="bounds--narrow flow sign-in" method="post" action="/merchant/sign-in">
        <h1>Sign in</h1>
        <Field
          name="token"
          label="API token"
          type="password"
          autocomplete="current-password"
          hint="One of the shop’s merchant tokens. Its role decides what you may do here."
          maxlength={256}
          {...(error !== null && { error })}
        />
        <Button>Sign in</Button>
      </form>
    </ConsoleLayout>
  )
}

export interface ConsoleSale {
  saleId: string
  title: string
  phase: SalePhase
  waitingOpensAtMs: number
  opensAtMs: number
  closesAtMs: number
  items: readonly { sku: string; allotment: number }[]
  admission: ModeSettings & { perMinute: number; maxActive: number; passMinutes: number }
  holdSeconds: number
}

export function SaleList({ site, role, sales }: { site: Site; role: Role; sales: readonly ConsoleSale[] }) {
  return (
    <ConsoleLayout site={site} title="Sales" role={role}>
      <div class="flow">
        <h1>Sales</h1>
        <p>
          <a href="/merchant/rehearsal">Rehearse a sale</a> before its day: see what its settings do.
        </p>
        {sales.length === 0 ? (
          <p>No sale yet. Schedule one with POST /merchant/api/sales.</p>
        ) : (
          <Table
            caption="All sales"
            captionUnseen={true}
            columns={[
              { title: "Sale" },
              { title: "Phase" },
              { title: "Opens" },
              { title: "Closes" },
              { title: "SKUs", number: true },
              { title: "Units", number: true },
            ]}
            rows={sales.map((sale) => [
              <a href={`/merchant/sales/${sale.saleId}`}>{sale.title}</a>,
              <Phase phase={sale.phase} />,
              <Moment atMs={sale.opensAtMs} style="stamp" />,
              <Moment atMs={sale.closesAtMs} style="stamp" />,
              formatCount(sale.items.length),
              formatCount(sale.items.reduce((sum, item) => sum + item.allotment, 0)),
            ])}
          />
        )}
      </div>
    </ConsoleLayout>
  )
}

export type Control = "pause" | "resume" | "end"

export const CONTROL_WORDS: Record<Control, { title: string; words: string; action: string }> = {
  pause: {
    title: "Pause the sale?",
    words:
      "Nobody goes in until you resume. Who is inside keeps their pass and their hold, and everybody in line keeps their place.",
    action: "Pause",
  },
  resume: { title: "Resume the sale?", words: "The line moves on from where it stood.", action: "Resume" },
  end: {
    title: "End the sale for good?",
    words:
      "This cannot be undone. The line closes, holds that run may still be paid, and unsold units go back to the shelf.",
    action: "End the sale",
  },
}

/** Where there is no script for a dialog, the same question is a page. */
export function ConfirmControl({
  site,
  role,
  sale,
  control,
}: {
  site: Site
  role: Role
  sale: { saleId: string; title: string }
  control: Control
}) {
  const words = CONTROL_WORDS[control]
  return (
    <ConsoleLayout site={site} title={words.title} role={role}>
      <div class="flow bounds--narrow">
        <h1>{words.title}</h1>
        <p>
          {sale.title}. {words.words}
        </p>
        <ControlForm saleId={sale.saleId} control={control} />
        <p>
          <a href={`/merchant/sales/${sale.saleId}`}>Leave it as it is</a>
        </p>
      </div>
    </ConsoleLayout>
  )
}

export function ControlForm({ saleId, control }: { saleId: string; control: Control }) {
  return (
    <form method="post" action={`/merchant/sales/${saleId}/${control}`} data-once="">
      <Button tone={control === "end" ? "lost" : "ink"}>{CONTROL_WORDS[control].action}</Button>
    </form>
  )
}

export interface AuditView {
  promises: Record<string, { ok: boolean; checked: number; says: string }>
  differences: readonly { promise: string; kind: string; subjects: Record<string, string>; says: string }[]
  notices: readonly { kind: string; subjects: Record<string, string>; says: string }[]
  counts: Record<string, number>
}

const PROMISE_TITLES: Record<string, string> = {
  P1: "Never oversold",
  P2: "Never charged twice, never for nothing",
  P3: "No paid order is lost",
  P4: "Nobody jumped the line",
  P5: "No ghost holds",
}

export function AuditPage({
  site,
  role,
  sale,
  audit,
}: {
  site: Site
  role: Role
  sale: { saleId: string; title: string }
  audit: AuditView
}) {
  const broken = Object.values(audit.promises).filter((promise) => !promise.ok).length
  const pending = audit.counts["pending"] ?? 0
  return (
    <ConsoleLayout site={site} title={`Audit of ${sale.title}`} role={role}>
      <div class="flow">
        <p>
          <a href={`/merchant/sales/${sale.saleId}`}>{sale.title}</a>
        </p>
        <h1>
          {broken === 0
            ? "Every promise was kept"
            : `${countOf(broken, "promise is", "promises are")} broken`}
        </h1>
        {pending > 0 && (
          <Notice title={`${formatCount(pending)} still on their way between the ledgers`} tone="hurry">
            <p>Look again in half a minute.</p>
          </Notice>
        )}
        <ul class="promises">
          {Object.entries(audit.promises).map(([name, promise]) => (
            <li class={promise.ok ? "promise" : "promise is-broken"}>
              <span class="soft">{name}</span>
              <div>
                <h2 class="promise__title">{PROMISE_TITLES[name] ?? name}</h2>
                <p class="soft small">{promise.says}</p>
              </div>
              <span class="promise__verdict">{promise.ok ? "ok" : "not ok"}</span>
            </li>
          ))}
        </ul>
        <Differences differences={audit.differences} />
        <Notices notices={audit.notices} />
        <Table
          caption="What was compared"
          columns={[{ title: "Ledger" }, { title: "Count", number: true }]}
          rows={Object.entries(audit.counts).map(([name, count]) => [nameOfCount(name), formatCount(count)])}
        />
      </div>
    </ConsoleLayout>
  )
}

function Differences({ differences }: { differences: AuditView["differences"] }) {
  if (differences.length === 0) return <p>The ledgers agree: no difference was found.</p>
  return (
    <Table
      caption={countOf(differences.length, "difference", "differences")}
      columns={[{ title: "What" }, { title: "Promise" }, { title: "About" }, { title: "What to do" }]}
      rows={differences.map((difference) => [
        difference.kind.replaceAll("_", " "),
        difference.promise,
        <Subjects of={difference.subjects} />,
        difference.says,
      ])}
    />
  )
}

/** What breaks no promise and wants a look all the same. */
function Notices({ notices }: { notices: AuditView["notices"] }) {
  if (notices.length === 0) return null
  return (
    <Table
      caption={`${countOf(notices.length, "thing", "things")} to look at`}
      columns={[{ title: "What" }, { title: "About" }, { title: "What to do" }]}
      rows={notices.map(({ kind, subjects, says }) => [
        kind.replaceAll("_", " "),
        <Subjects of={subjects} />,
        says,
      ])}
    />
  )
}

function Subjects({ of }: { of: Record<string, string> }) {
  const named = Object.entries(of).map(([name, value]) => `${name} ${value}`)
  return <code>{named.join(", ")}</code>
}

/** "ordersInPostgres" reads "orders in Postgres". */
function nameOfCount(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace("postgres", "Postgres")
}
