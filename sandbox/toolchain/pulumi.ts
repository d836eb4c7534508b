import { join } from "node:path";
import { execa } from "execa";
import type { Progress } from "./cache";
import { findCommand } from "./commands";
import { goCommand, GoMissing } from "./go";
import { isAtLeast } from "./version";

/** The Pulumi engine that the sandbox runs. */
export interface PulumiEngine {
  /** Absolute path of the `pulumi` binary. */
  path: string;
  version: string;
  /** Whether we built it: then no Node language host came with it. */
  built: boolean;
}

/** Oldest Pulumi that fits the program: the version of `@pulumi/pulumi` in package.json. */
const oldest = "3.248.0";

// Built and run with @pulumi/pulumi 3.248.0. The tags and the stamp are those of Pulumi's own releases
// (pulumi/pulumi:.goreleaser.yml); without the stamp, `pulumi version` is empty.
const version = "v3.259.0";
const pinned = {
  name: "pulumi",
  version,
  modules: join(__dirname, "pulumi"),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  duration: "some minutes",
  tags: ["osusergo", "grpcnotrace"],
  // What the sandbox has no use for: stores and keys of clouds were a sixth of the build (docs/dependencies.md).
  replacedParts: { module: "gocloud.dev", packages: join(__dirname, "pulumi", "gocloud") },
  ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
};

const remedy = `Do one of the two, then run this command again:
  - install Pulumi ${oldest} or newer: https://www.pulumi.com/docs/iac/download-install/
  - install Go 1.25.11 or newer: https://go.dev/doc/install`;

/**
 * `pulumi` of the person's own `PATH` if it is recent enough, else one built from pinned Go modules.
 *
 * @throws Error if there is neither a recent Pulumi nor Go
 */
export async function ensurePulumi(progress: Progress): Promise<PulumiEngine> {
  const own = await findCommand("pulumi");
  const ownVersion = own && (await versionOf(own));
  if (own && ownVersion && isAtLeast(ownVersion, oldest))
    return { path: own, version: ownVersion, built: false };

  const path = await goCommand(pinned, progress).catch((error: unknown) => {
    if (!(error instanceof GoMissing)) throw error;
    const found = own ? `${own} is version ${ownVersion || "unknown"}` : "There is no pulumi on PATH";
    throw new Error(`${found}, and there is no Go to build it with. ${remedy}`);
  });
  return { path, version, built: true };
}

async function versionOf(pulumi: string): Promise<string> {
  const { stdout } = await execa(pulumi, ["version"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    reject: false,
  });
  return stdout.trim();
}
