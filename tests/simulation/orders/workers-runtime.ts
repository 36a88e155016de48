/** What stands in for `cloudflare:workers` on Node: the base of an object, which only keeps what it is given. */
export class DurableObject {
  protected readonly ctx: unknown
  protected readonly env: unknown

  constructor(ctx: unknown, env: unknown) {
    this.ctx = ctx
    this.env = env
  }
}
