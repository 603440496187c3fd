import { createHmac } from "node:crypto";

/** The signature of an account under a secret. */
export function signature(secret: string, account: string): string {
  return createHmac("sha256", secret).update(account).digest("hex");
}
