/**
 * `npm run init-stacks`: initialises the stack of every active environment that has none yet.
 *
 * The home stack refers to the others, and Pulumi fails a whole update where one of those was never initialised.
 */
import { spawnSync } from "node:child_process";
import { environments, hasRunner } from "../stacks/environments";

for (const { name } of environments.filter((environment) => environment.active && hasRunner(environment))) {
  const { status, stderr, error } = spawnSync(
    "pulumi",
    ["stack", "init", name, "--no-select", "--non-interactive"],
    {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  if (error) {
    console.error(`pulumi could not be started (${error.message}): https://www.pulumi.com/docs/install/`);
    process.exit(1);
  }
  const exists = stderr.includes("already exists");
  if (status !== 0 && !exists) {
    console.error(`${name}: ${stderr.trim()}`);
    process.exit(1);
  }
  console.log(`${name}: ${exists ? "is there already" : "initialised"}`);
}
