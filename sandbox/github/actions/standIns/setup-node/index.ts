/**
 * What actions/setup-node v7.0.0 does once the Node.js that it is asked for is there
 * (actions/setup-node:src/main.ts, src/util.ts). The sandbox has one Node.js, its own, and says so where another is wanted.
 */
import { act, flag, input, refuseInputs, setOutput } from "../toolkit";

act(() => {
  refuseInputs(
    ["node-version-file", "architecture", "check-latest", "registry-url", "scope", "cache"].concat([
      "cache-dependency-path",
      "mirror",
      "mirror-token",
    ]),
  );
  // It would cache only where package.json names a package manager.
  if (flag("package-manager-cache")) console.log("The sandbox caches no packages.");
  const wanted = input("node-version");
  if (wanted !== "" && !`${process.version}.`.startsWith(`v${wanted}.`))
    console.log(`::notice::Node.js ${wanted} is wanted; the sandbox has ${process.version}.`);
  setOutput("node-version", process.version);
});
