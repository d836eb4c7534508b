import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, type Cluster } from "../../sandbox/clusters/cluster";
import { seedCluster } from "../../sandbox/clusters/seed";
import { seedTargetRepository } from "../../sandbox/github/seed";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { regions, targetRepository } from "../../sandbox/world";

describe("a cluster that is filled as its company would", function () {
  this.timeout(240_000);

  let directory: string;
  let cluster: Cluster;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "seeded-"));
    cluster = await startCluster({ directory: join(directory, "cluster") });
  });

  after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("holds the overlay of its region and has drifted from it in two places", async () => {
    const overlay = regions[0]?.overlay ?? "";
    const repository = await seedTargetRepository({ directory, ...targetRepository });
    const adminKubeconfig = cluster.adminKubeconfig;
    await seedCluster({ adminKubeconfig, repository, branch: targetRepository.defaultBranch, overlay });
    const clone = join(directory, "clone");
    await execa("git", ["clone", "--quiet", repository, clone]);
    const { stdout } = await execa(
      await ensureKubectl(35),
      ["--kubeconfig", adminKubeconfig, "diff", "--kustomize", join(clone, overlay)],
      { reject: false },
    );
    const changed = [...stdout.matchAll(/^-\s+(?:- )?((?:replicas|image): .*)/gm)].map(([, line]) => line);
    expect(changed).to.deep.equal([
      "replicas: 9",
      "image: registry.example.org/data-platform/scheduler:2026.11.2-hotfix",
    ]);
    expect(stdout.match(/^diff /gm)).to.have.length(2);
  });
});
