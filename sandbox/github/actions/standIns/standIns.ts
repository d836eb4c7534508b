import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bundleAll } from "../../../engine/bundle";

/** An action of others that jobs may use. */
export interface StandIn {
  /** `owner/name`. */
  action: string;
  commit: string;
  /** Where the stand-in lies. */
  folder: string;
}

/**
 * Each at the one commit whose behaviour its stand-in has. Any other commit or tag is looked for in the local GitHub,
 * where it is not: the job fails, as on GitHub for an action that does not exist.
 */
const known = [
  // v7.0.1
  { action: "actions/checkout", commit: "3d3c42e5aac5ba805825da76410c181273ba90b1", source: "checkout" },
  // v4.0.2
  {
    action: "dorny/paths-filter",
    commit: "7b450fff21473bca461d4b92ce414b9d0420d706",
    source: "paths-filter",
  },
  // v7.0.0
  { action: "actions/setup-node", commit: "820762786026740c76f36085b0efc47a31fe5020", source: "setup-node" },
  // v6.2.3
  {
    action: "aws-actions/configure-aws-credentials",
    commit: "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    source: "configure-aws-credentials",
  },
  // v2.1.0
  {
    action: "pulumi/auth-actions",
    commit: "141415910c3beb54e03b48e9057c204c97b956f2",
    source: "pulumi-auth",
  },
  // v7.0.0
  { action: "pulumi/actions", commit: "8e5e406f4007fca908480587cb9893c07090f58d", source: "pulumi" },
];

/** Makes the stand-ins' folders: a definition and one program each, as a real action has them. */
export async function makeStandIns(directory: string): Promise<StandIn[]> {
  await bundleAll(
    known.map(({ source }) => ({
      entry: join(__dirname, source, "index.ts"),
      file: join(directory, source, "index.js"),
    })),
  );
  for (const { source } of known) {
    await mkdir(join(directory, source), { recursive: true });
    await copyFile(join(__dirname, source, "action.yml"), join(directory, source, "action.yml"));
  }
  return known.map(({ action, commit, source }) => ({ action, commit, folder: join(directory, source) }));
}
