import { createRoute, z } from "@hono/zod-openapi"
import { createRoutes, limitBody } from "../../http/app.ts"
import { json, problems } from "../../http/documented.ts"
import { ProblemError } from "../../http/problem.ts"
import { allow } from "./authentication.ts"
import { pictureKindOf } from "./picture-kind.ts"

export const mediaRoutes = createRoutes()

/** Largest picture. What a page shows well is a tenth of it. */
const PICTURE_BYTES_MAX = 2 * 1024 * 1024

const binary = { schema: { type: "string" as const, format: "binary" } }

const addCall = createRoute({
  method: "post",
  path: "/merchant/api/media",
  tags: ["Merchant: products"],
  summary: "Add a picture",
  description:
    "The body is the picture itself: SVG, PNG, JPEG, WebP or AVIF, 2 MB at most. The same picture has the same address.",
  middleware: [allow("media.write"), limitBody(PICTURE_BYTES_MAX)],
  request: { body: { required: true, content: { "application/octet-stream": binary } } },
  responses: {
    201: json(z.object({ url: z.string().openapi({ example: "/media/….svg" }) }), "Where it is"),
    ...problems("unauthorized", "forbidden", "body_too_large", "invalid_request"),
  },
})

mediaRoutes.openapi(addCall, async (c) => {
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  const kind = pictureKindOf(bytes)
  if (!kind) {
    const message = "Send the bytes of an SVG, PNG, JPEG, WebP or AVIF picture."
    throw new ProblemError("invalid_request", { detail: message, errors: [{ field: "body", message }] })
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")
  const key = `${hash}.${kind}`
  await c.env.MEDIA.put(key, bytes)
  return c.json({ url: `/media/${key}` }, 201)
})
