import { randomBytes } from "node:crypto"
import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"

/** Keys of the local stack. Made once, so that sessions, tickets and passes outlive a restart. */
const secretsSchema = z.object({
  tokenKeys: z.string().min(1),
  stripe: z.object({ secretKey: z.string(), publishableKey: z.string(), webhookSecret: z.string() }),
})

export type LocalSecrets = z.infer<typeof secretsSchema>

/** These are no secrets: whoever reaches the local stack may be the merchant. */
export const LOCAL_MERCHANT_TOKENS =
  "owner:local-merchant-token,staff:local-staff-token,viewer:local-viewer-token"

const FILE = "secrets.json"

export async function readOrMakeSecrets(dataDir: string): Promise<LocalSecrets> {
  const path = join(dataDir, FILE)
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null
    throw error
  })
  if (text !== null) return parse(text, path)
  const secrets: LocalSecrets = {
    tokenKeys: `k1:${randomBytes(32).toString("base64url")}`,
    stripe: {
      secretKey: `sk_test_${randomBytes(18).toString("hex")}`,
      publishableKey: `pk_test_${randomBytes(18).toString("hex")}`,
      webhookSecret: `whsec_${randomBytes(24).toString("hex")}`,
    },
  }
  await mkdir(dataDir, { recursive: true })
  // Whole or not at all: a half-written file would lock everybody's session out.
  await writeFile(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  await rename(`${path}.new`, path)
  return secrets
}

function parse(text: string, path: string): LocalSecrets {
  try {
    return secretsSchema.parse(JSON.parse(text))
  } catch {
    throw new Error(
      `${path} can't be read. Run "npm run reset" to start afresh; this deletes the local data.`,
    )
  }
}
