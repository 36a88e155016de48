import { registerHooks } from "node:module"

/** For Node: the objects' runtime is what stands in for it here. To be imported before anything that asks for it. */
registerHooks({
  resolve(specifier, context, next) {
    return specifier === "cloudflare:workers"
      ? { url: new URL("./workers-runtime.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context)
  },
})
