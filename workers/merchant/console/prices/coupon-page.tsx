import { Choices, Field } from "../../../storefront/components/field.tsx"
import type { TypedForm } from "./form-reader.ts"
import { at, FormPage, MoneyField } from "./form-page.tsx"
import type { FormFrame } from "./form-page.tsx"

/** One coupon, to be made (`code` null) or changed. */
export function CouponPage(props: FormFrame & { form: TypedForm; code: string | null }) {
  const { form, code, ...frame } = props
  return (
    <FormPage
      {...frame}
      title={code === null ? "A new coupon" : `Change ${code}`}
      form={form}
      action={code === null ? "/merchant/prices/coupons" : `/merchant/prices/coupons/${code}`}
      hidden={{}}
      after="Orders that have the coupon keep what it took off them, and their uses stay counted. A use is given back when its order is cancelled, fails, runs out or is wholly refunded."
      back="/merchant/prices#coupons"
      end={
        code === null ? undefined : { href: `/merchant/prices/coupons/${code}/end`, label: "End this coupon" }
      }
    >
      {code === null && (
        <Field
          {...at(form, "code")}
          label="Code"
          hint="What shoppers type. Letters may be large or small: SPRING-10."
          autocomplete="off"
          maxlength={40}
        />
      )}
      <TakesOff form={form} />
      <div class="field-grid field-grid--pair">
        <Field
          {...at(form, "currency")}
          label="Currency"
          hint="Of the amount and of what the goods come to: EUR. For percent alone it may be empty."
          autocomplete="off"
          plainlyOptional={true}
          maxlength={3}
        />
        <MoneyField
          form={form}
          name="minimum"
          label="Goods from"
          hint="What the goods must come to before the discount. Empty: anything."
        />
      </div>
      <Limits form={form} />
    </FormPage>
  )
}

function TakesOff({ form }: { form: TypedForm }) {
  return (
    <>
      <Choices
        name="kind"
        legend="It takes off the goods"
        chosen={form.values["kind"] ?? "percent"}
        choices={[
          { value: "percent", label: "some percent of them" },
          { value: "amount", label: "an amount, at most what they come to" },
        ]}
      />
      <Field
        {...at(form, "off")}
        label="How much"
        hint="12.5 for 12.5 percent, or 12.50 in the currency below. Nothing is taken off shipping."
        inputmode="decimal"
        autocomplete="off"
        maxlength={13}
      />
    </>
  )
}

function Limits({ form }: { form: TypedForm }) {
  const moment = (name: string, label: string, hint: string) => (
    <Field
      {...at(form, name)}
      type="datetime-local"
      label={label}
      hint={hint}
      plainlyOptional={true}
      maxlength={23}
    />
  )
  const count = (name: string, label: string, hint: string) => (
    <Field
      {...at(form, name)}
      label={label}
      hint={hint}
      inputmode="numeric"
      autocomplete="off"
      plainlyOptional={true}
      maxlength={10}
    />
  )
  return (
    <div class="field-grid field-grid--pair">
      {moment("startsAt", "Starts, in UTC", "Empty: at once.")}
      {moment("endsAt", "Ends, in UTC", "The first moment at which it no longer counts. Empty: never.")}
      {count("usesMax", "Orders in all", "Empty: any number.")}
      {count(
        "usesPerCustomerMax",
        "Orders of one customer",
        "A customer is an e-mail address. Empty: any number.",
      )}
    </div>
  )
}
