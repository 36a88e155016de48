/** Looks of the card form. The host page's own custom properties show through, `appearance.variables` override them. */

const CARD_STYLES = `
.spse { --spse-primary: var(--spse-colorPrimary, var(--color-primary, #1652f0)); --spse-text: var(--spse-colorText, var(--color-text, CanvasText));
  --spse-background: var(--spse-colorBackground, var(--color-background, Canvas)); --spse-danger: var(--spse-colorDanger, var(--color-danger, #c62828));
  --spse-radius: var(--spse-borderRadius, var(--radius, .5rem)); --spse-line: color-mix(in srgb, var(--spse-text) 55%, transparent);
  color: var(--spse-text); font-family: var(--spse-fontFamily, inherit); font-size: var(--spse-fontSizeBase, 1rem); line-height: 1.4; display: grid; gap: .9rem; }
@media (prefers-color-scheme: dark) { .spse { --spse-danger: var(--spse-colorDanger, var(--color-danger, #ff8a80)); --spse-primary: var(--spse-colorPrimary, var(--color-primary, #8ab4ff)); } }
.spse-row { display: grid; grid-template-columns: 1fr 1fr; gap: .9rem; }
.spse-field { display: grid; gap: .3rem; align-content: start; min-width: 0; }
.spse-field label { font-size: .9em; font-weight: 500; display: flex; justify-content: space-between; gap: .5rem; }
.spse-brand { font-weight: 400; opacity: .8; }
.spse-field input { font: inherit; font-variant-numeric: tabular-nums; color: inherit; background: var(--spse-background); border: 1px solid var(--spse-line);
  border-radius: var(--spse-radius); padding: .65rem .75rem; width: 100%; min-height: 2.75rem; box-sizing: border-box; }
.spse-field input:focus-visible { outline: 2px solid var(--spse-primary); outline-offset: 1px; border-color: var(--spse-primary); }
.spse-field input[aria-invalid="true"] { border-color: var(--spse-danger); }
.spse-error { color: var(--spse-danger); font-size: .875em; margin: 0; }
.spse-error:empty { display: none; }
.spse-tests { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; font-size: .85em; border: 0; margin: 0; padding: 0; }
.spse-tests legend { float: left; padding: 0; margin-right: .4rem; opacity: .8; }
.spse-tests button { font: inherit; color: inherit; background: transparent; border: 1px solid var(--spse-line); border-radius: 999px; padding: .2rem .7rem; min-height: 1.75rem; cursor: pointer; }
.spse-tests button:hover { border-color: var(--spse-primary); }
.spse-tests button:focus-visible { outline: 2px solid var(--spse-primary); outline-offset: 1px; }
.spse-bank { border: 0; border-radius: .75rem; padding: 0; width: min(28rem, 92vw); height: min(26rem, 85vh); overflow: hidden; }
.spse-bank[open] { display: grid; grid-template-rows: 1fr auto; }
.spse-bank > button { font: inherit; color: inherit; background: transparent; border: 0; border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .75rem; cursor: pointer; }
.spse-bank > button:focus-visible { outline: 2px solid currentColor; outline-offset: -4px; }
.spse-bank::backdrop { background: rgb(0 0 0 / .55); }
.spse-bank iframe { border: 0; width: 100%; height: 100%; display: block; }
`

const STYLE_VARIABLES = [
  "colorPrimary",
  "colorText",
  "colorBackground",
  "colorDanger",
  "fontFamily",
  "fontSizeBase",
  "borderRadius",
]

let stylesAreAdopted = false

/** Adopted sheets and properties set by script need no `unsafe-inline` in the host page's content security policy. */
export const adoptStyles = () => {
  if (stylesAreAdopted) return
  stylesAreAdopted = true
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(CARD_STYLES)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}

export const applyVariables = (root, variables) => {
  for (const name of STYLE_VARIABLES) {
    if (variables[name] === undefined) root.style.removeProperty(`--spse-${name}`)
    else root.style.setProperty(`--spse-${name}`, variables[name])
  }
}
