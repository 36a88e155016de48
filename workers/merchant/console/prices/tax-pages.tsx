import { Choices, Field } from "../../../storefront/components/field.tsx"
import type { TypedForm } from "./form-reader.ts"
import { at, FormPage } from "./form-page.tsx"
import type { FormFrame } from "./form-page.tsx"
import { rateFieldsOf, rateQueryOf } from "./tax-form.ts"
import type { RateKey } from "./tax-form.ts"

const BACK = "/merchant/prices#taxes"
const AFTER =
  "Orders that are under way keep the tax they were asked. What is sent, refunded or shown of them later goes by it, too."

/** How the whole shop counts its taxes. */
export function TaxWayPage(props: FormFrame & { form: TypedForm; version: number }) {
  const { form, version, ...frame } = props
  return (
    <FormPage
      {...frame}
      title="How taxes are counted"
      form={form}
      action="/merchant/prices/taxes"
      hidden={{ version: String(version) }}
      after={`This is for the whole shop: with taxes that are added, every product costs its shoppers more than its price. ${AFTER}`}
      back={BACK}
    >
      <div id="prices">
        <Choices
          name="prices"
          legend="The prices of products, shipping and sales"
          chosen={form.values["prices"] ?? ""}
          choices={[
            { value: "included", label: "have their tax in them" },
            { value: "added", label: "are without tax, which is added" },
          ]}
        />
        {form.errors["prices"] !== undefined && <p class="field__error">{form.errors["prices"]}</p>}
      </div>
      <div id="provider">
        <Choices
          name="provider"
          legend="The tax of an order is worked out"
          chosen={form.values["provider"] ?? ""}
          choices={[
            { value: "rates", label: "by the rates that stand here" },
            {
              value: "stripe",
              label:
                "by Stripe Tax, as each checkout is opened; while Stripe does not answer, no checkout is opened",
            },
          ]}
        />
        {form.errors["provider"] !== undefined && <p class="field__error">{form.errors["provider"]}</p>}
      </div>
      <div class="field-grid field-grid--pair">
        <Field
          {...at(form, "homeCountry")}
          label="Country of orders without an address"
          hint="Two letters: DE. Empty: such an order is not taxed."
          autocomplete="off"
          plainlyOptional={true}
          maxlength={2}
        />
        <Field
          {...at(form, "shippingTaxClass")}
          label="Class of shipping"
          hint="As products have them: standard. Empty: shipping is not taxed."
          autocomplete="off"
          plainlyOptional={true}
          maxlength={40}
        />
      </div>
    </FormPage>
  )
}

/** One rate, to be added (`of` null) or changed. */
export function RatePage(props: FormFrame & { form: TypedForm; of: RateKey | null; version: number }) {
  const { form, of, version, ...frame } = props
  return (
    <FormPage
      {...frame}
      title={of === null ? "A new rate" : "Change a rate"}
      form={form}
      action="/merchant/prices/rates"
      hidden={{ version: String(version), ...(of && rateFieldsOf(of)) }}
      after={AFTER}
      back={BACK}
      end={
        of === null
          ? undefined
          : {
              href: `/merchant/prices/rates/end?${rateQueryOf(of)}`,
              label: "End this rate",
            }
      }
    >
      <div class="field-grid field-grid--pair">
        <Field
          {...at(form, "country")}
          label="Country"
          hint="Two letters, as in ISO 3166: DE, FR, US."
          autocomplete="off"
          maxlength={2}
        />
        <Field
          {...at(form, "region")}
          label="Region"
          hint="As addresses write it; letters may be large or small. Empty: the whole country."
          autocomplete="off"
          plainlyOptional={true}
          maxlength={120}
        />
        <Field
          {...at(form, "taxClass")}
          label="Class"
          hint="As products have them. A class without a rate is taxed as “standard”."
          autocomplete="off"
          maxlength={40}
        />
        <Field
          {...at(form, "percent")}
          label="Rate in percent"
          hint="19, or 8.875."
          inputmode="decimal"
          autocomplete="off"
          maxlength={8}
        />
      </div>
    </FormPage>
  )
}
