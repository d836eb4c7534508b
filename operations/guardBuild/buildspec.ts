import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";
import { stringify } from "yaml";
import { bundle } from "../../committed/bundle";
import type { GuardOptions } from "../../committed/guard";
import { shellQuoted } from "../../stacks/problems";

/** Most characters that CodeBuild takes as an inline buildspec: https://github.com/aws/aws-cdk/pull/14974 */
const largest = 25_600;

/** Where the build installs the guard, and which. */
export interface GuardInstallation {
  region: string;
  clusterName: string;
  options: GuardOptions;
}

/**
 * Buildspec of a build that installs the guard and proves it. It has the program in it, because such a build fetches
 * nothing: there is no source, and no place of ours that it could come from.
 * @throws Error if it is larger than CodeBuild takes
 */
export function guardBuildspec({ region, clusterName, options }: GuardInstallation): string {
  const { code } = transformSync(bundle("operations/guardBuild/inBuild.ts"), {
    minify: true,
    target: "node20",
  });
  const packed = gzipSync(code, { level: 9 }).toString("base64");
  const commands = [
    "set -e",
    "export KUBECONFIG=$(mktemp) PROGRAM=$(mktemp)",
    `aws eks update-kubeconfig --region ${shellQuoted(region)} --name ${shellQuoted(clusterName)}`,
    `echo ${packed} | base64 --decode | gzip --decompress > $PROGRAM`,
    `node $PROGRAM ${shellQuoted(JSON.stringify(options))}`,
  ];
  const text = stringify(
    {
      version: 0.2,
      phases: {
        install: { "runtime-versions": { nodejs: 22 } },
        // In brackets: one shell runs all commands, and must outlive what fails in here.
        build: { commands: [`(\n${commands.join("\n")}\n)`] },
      },
    },
    { lineWidth: 0 },
  );
  if (text.length > largest)
    throw new Error(
      `The guard's program is too large for a buildspec: ${String(text.length)} characters of ${String(largest)}. ` +
        "Name fewer kinds, or install it by a kubeconfig.",
    );
  return text;
}
