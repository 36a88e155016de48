import { z } from "@hono/zod-openapi"
import type { ProblemCode } from "./problem.ts"
import { PROBLEMS } from "./problem.ts"

/** Parts of route descriptions that every station's routes share. */

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    items: z.array(z.unknown()).optional(),
    challenge: z.looseObject({ kind: z.string() }).optional(),
  })
  .openapi("Problem")

export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } }
}

/** The refusals of a call, by status, from the closed list. */
export function problems(...codes: ProblemCode[]) {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes)
    byStatus.set(PROBLEMS[code][0], [...(byStatus.get(PROBLEMS[code][0]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => [
      status,
      { description: these.join(", "), content: { "application/problem+json": { schema: problemSchema } } },
    ]),
  )
}
