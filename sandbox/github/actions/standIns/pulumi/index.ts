/**
 * What pulumi/actions v7.0.0 does without a command: Pulumi is there afterwards, and nothing else happens
 * (pulumi/actions:src/main.ts, src/libs/pulumi-cli.ts). Provider plugins, which the real command loads when it first wants
 * them, are there as well.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { leaveOutAutomaticLog } from "../../../../engine/automaticLog";
import { act, addPath, exportVariable, input, refuseInputs, required } from "../toolkit";

act(() => {
  refuseInputs(["command", "pulumi-version-file"]);
  const version = input("pulumi-version") || "^3";
  if (!/^\^?3$/.test(version))
    throw new Error(`The sandbox has no Pulumi ${version}, only its own of major version 3`);
  // The command takes the home of the machine's user, and here the machine is shared with other jobs.
  const home = join(required("HOME"), ".pulumi");
  exportVariable("PULUMI_HOME", home);
  mkdirSync(home, { recursive: true });
  leaveOutAutomaticLog(home);
  symlinkSync(required("SANDBOX_PULUMI_PLUGINS"), join(home, "plugins"));
  addPath(required("SANDBOX_PULUMI"));
  console.log("Pulumi has been successfully installed. Exiting.");
});
