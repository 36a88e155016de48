/** Spillway's Worker with its own queue consumer, and the entrypoint that sets a sale up. */
export * from "../../workers/index.ts"
export { default } from "../../workers/index.ts"
export { BenchSetup } from "./index.ts"
export { LedgerObject } from "./ledger-object.ts"
