import { arch, platform } from "node:os";

/**
 * Refuses a machine for which the sandbox has not been built.
 *
 * @throws Error on anything but Linux on x86-64.
 */
export function requireLinux(found = { platform: platform(), arch: arch() }): void {
  if (found.platform === "linux" && found.arch === "x64") return;
  throw new Error(
    `The sandbox runs on Linux x86-64 only; this is ${found.platform} ${found.arch}. ` +
      "Use a Linux virtual machine or container. The Pulumi program itself runs wherever Pulumi does.",
  );
}
