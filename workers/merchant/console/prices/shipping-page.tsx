import { Field } from "../../../storefront/components/field.tsx"
import type { TypedForm } from "./form-reader.ts"
import { at, FormPage, MoneyField } from "./form-page.tsx"
import type { FormFrame } from "./form-page.tsx"

/** One way of shipping, to be added (`id` null) or changed. */
export function ShippingPage(
  props: FormFrame & { form: TypedForm & { rows: number }; id: string | null; version: number },
) {
  const { form, id, version, ...frame } = props
  return (
    <FormPage
      {...frame}
      title={id === null ? "A new way of shipping" : `Change “${form.values["title"] ?? id}”`}
      form={form}
      action={id === null ? "/merchant/prices/shipping" : `/merchant/prices/shipping/${id}`}
      hidden={{ version: String(version) }}
      after="Orders that are under way keep the way of shipping they chose, at its price then. Checkout pages that are open show the new price when they are asked for the total again."
      back="/merchant/prices#shipping"
      end={
        id === null
          ? undefined
          : { href: `/merchant/prices/shipping/${id}/end`, label: "End this way of shipping" }
      }
    >
      <div class="field-grid field-grid--pair">
        <Field
          {...at(form, "title")}
          label="Title"
          hint="What shoppers read: “Parcel”, “By courier”."
          maxlength={100}
        />
        {id === null ? (
          <Field
            {...at(form, "id")}
            label="Id"
            hint="What programs call it. Empty: made from the title. It stays as it is."
            plainlyOptional={true}
            autocomplete="off"
            maxlength={40}
          />
        ) : (
          <div class="field">
            <span class="field__label">Id</span>
            <code>{id}</code>
          </div>
        )}
        <Field
          {...at(form, "countries")}
          label="Countries"
          hint="Two letters each, with commas between them: DE, AT, CH. Empty: everywhere."
          plainlyOptional={true}
          autocomplete="off"
          wide={true}
          maxlength={1_000}
        />
        <Field
          {...at(form, "currency")}
          label="Currency"
          hint="Three letters: EUR. Orders in another one are not offered it."
          autocomplete="off"
          maxlength={3}
        />
        <MoneyField
          form={form}
          name="freeFrom"
          label="Free from"
          hint="Goods that come to this, after their discount, are shipped for nothing. Empty: never."
        />
      </div>
      <Bands form={form} />
    </FormPage>
  )
}

/** Weights and their prices. There is no script to add rows, so there are always some to spare. */
function Bands({ form }: { form: TypedForm & { rows: number } }) {
  return (
    <fieldset>
      <legend class="field__label">Weights and prices</legend>
      <p class="field__hint" id="bands-hint">
        From light to heavy. A row counts up to its weight, beginning after the one before it; the last may be
        without a weight, and then takes any. Without that, heavier parcels do not go this way. Empty rows do
        not count; there are more of them once these are saved.
      </p>
      <div class="bands" aria-describedby="bands-hint">
        {Array.from({ length: form.rows }, (_, row) => (
          <div class="bands__row">
            <Field
              {...at(form, `upTo.${row}`)}
              label={`${row + 1}. Up to (grams)`}
              inputmode="numeric"
              autocomplete="off"
              plainlyOptional={true}
              maxlength={8}
            />
            <MoneyField form={form} name={`price.${row}`} label={`${row + 1}. Price`} />
          </div>
        ))}
      </div>
    </fieldset>
  )
}
