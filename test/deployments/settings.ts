import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Full name of a key of the deployments project. */
export const own = (name: string) => `eks-dryrun-runner-deployments:${name}`;

// A key in form only: made of the words that say so.
export const canaryKey = `-----BEGIN RSA PRIVATE KEY-----\ncanary-not-a-key\n-----END RSA PRIVATE KEY-----\n`;

/** The configuration of the stack file that ships, as Pulumi hands it over, with the two secrets that are set by hand. */
export function shippedConfig(): Record<string, string> {
  const file = join(__dirname, "..", "..", "deployments", "Pulumi.production.yaml");
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  return {
    ...Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    [own("githubAppPrivateKey")]: canaryKey,
    [own("noticeUrl")]: "https://hooks.example.com/services/canary-not-a-hook",
  };
}
