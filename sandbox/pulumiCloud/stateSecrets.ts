import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

/**
 * Secrets in a state of the sandbox's folder. They are encrypted with a passphrase; whoever asks Pulumi Cloud for the state gets
 * them as Pulumi Cloud's, which are base64, and asks for the texts.
 * Source: pulumi/pulumi:sdk/go/common/resource/config/crypt.go, pkg/secrets/passphrase/manager.go, pkg/secrets/service/manager.go
 */

/** How a state marks a secret (pulumi/pulumi:sdk/go/common/resource/sig/sig.go). */
const signature = { key: "4dabf18193072939515e22adb298388d", secret: "1b47061264138c4ac30d75fd1eb44270" };

/** The value with every secret's ciphertext in base64. */
export function withServiceSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withServiceSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  const isSecret = (value as Record<string, unknown>)[signature.key] === signature.secret;
  return Object.fromEntries(
    entries.map(([name, item]) => [
      name,
      isSecret && name === "ciphertext"
        ? Buffer.from(String(item)).toString("base64")
        : withServiceSecrets(item),
    ]),
  );
}

/**
 * The text of a secret.
 * @param salt as the state has it: `v1:<salt>:<proof>`
 * @param ciphertext `v1:<nonce>:<text>`
 */
export async function decrypted(passphrase: string, salt: string, ciphertext: string): Promise<string> {
  const key = await derivedKey(passphrase, Buffer.from(salt.split(":")[1] ?? "", "base64"));
  const [, nonce = "", sealed = ""] = ciphertext.split(":");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}

const derive = promisify(pbkdf2);

function derivedKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return derive(passphrase, salt, 1_000_000, 32, "sha256");
}
