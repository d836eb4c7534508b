import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Keeps the engine from writing its own log of each command, encrypted and with every request to a provider in it: it took
 * a tenth of what the commands of a sandbox computed, nobody reads it, and there is no switch. Where the engine cannot
 * write, it goes on without a word
 * (https://github.com/pulumi/pulumi/blob/pkg/v3.259.0/pkg/logging/encrypted.go, StartLogging).
 *
 * @param pulumiHome an existing folder
 */
export function leaveOutAutomaticLog(pulumiHome: string): void {
  const logs = join(pulumiHome, "logs");
  rmSync(logs, { recursive: true, force: true });
  writeFileSync(logs, "");
}
