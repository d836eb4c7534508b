import { setTimeout as pause } from "node:timers/promises";
import type { GuardOptions } from "../../committed/guard";
import { installGuard } from "../guardInstall";
import { Kubectl } from "../guardKubectl";
import { proveGuard } from "../guardProof";
import { proofText } from "../guardProofText";

/** Runs in the build: installs the guard that its argument tells, and proves it. */
async function main(options: GuardOptions): Promise<void> {
  // The image has one.
  const kubectl = new Kubectl("kubectl");
  await untilAdmitted(kubectl);
  await installGuard(kubectl, options, console.log);
  console.log("Proving the guard ...");
  const proof = await proveGuard(kubectl, { seconds: 30 });
  console.log(proofText(proof));
  if (proof.problems.length > 0) process.exitCode = 1;
}

/** An access entry takes some seconds to be known to the cluster, its policy some more. */
async function untilAdmitted(kubectl: Kubectl): Promise<void> {
  for (const end = Date.now() + 60_000; ; await pause(1_000)) {
    const { exitCode, stderr } = await kubectl.run(["get", "--raw=/api/v1/namespaces/default"]);
    if (exitCode === 0) return;
    const isNew = /unauthorized|logged in|forbidden/i.test(stderr);
    if (!isNew || Date.now() > end)
      throw new Error(`The cluster does not let the build in: ${stderr.trim()}`);
  }
}

main(JSON.parse(process.argv[2] ?? "{}") as GuardOptions).catch((error: unknown) => {
  console.log(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
