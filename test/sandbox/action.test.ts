import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { configMap, type DryRunWorld, overlayOf, startDryRunWorld } from "./dryrun/dryRunWorld";
import { deployment } from "./dryrun/manifests";
import { type LocalEks, startAction, startLocalEks } from "./dryrun/startedAction";

const web = deployment("web", "example.org/web:1");
const settings = configMap("settings", { mode: "old" });
const unchanged = { base: overlayOf([web, settings]), head: overlayOf([web, settings]) };

describe("the action, started as GitHub starts it, on a real API server", function () {
  this.timeout(240_000);
  let world: DryRunWorld;
  let eks: LocalEks;

  before(async () => {
    world = await startDryRunWorld();
    eks = await startLocalEks(world);
    await world.apply([web, settings].join("\n---\n"));
  });

  after(async () => {
    eks.stop();
    await world.stop();
  });

  it("finds the cluster by name and region through aws, and passes where nothing changes", async () => {
    const { exitCode, log, summary } = await startAction(world, eks, unchanged);
    expect(exitCode, log).to.equal(0);
    expect(eks.asked).to.deep.equal(["/clusters/trocco-production"]);
    expect(log).to.match(/^ja-production: no change\.$/m);
    expect(log).not.to.match(/^::(?:error|warning)::/m);
    expect(summary).to.match(/^What an earlier step said\.\n/);
    expect(summary).to.include("## ✅ `ja-production`: no change");
    expect(summary).to.include("`k8s/ja-production` on `trocco-production`").and.to.include("guard proven");
  });

  it("fails with an annotation where an object would fail, with the server's message in log and summary", async () => {
    const head = overlayOf([deployment("web", "example.org/web:1", { replicas: -1 }), settings]);
    const { exitCode, log, summary } = await startAction(world, eks, { ...unchanged, head });
    expect(exitCode, log).to.equal(1);
    expect(log).to.match(/^::error::ja-production: would fail \(1 would-fail\)\.$/m);
    expect(log).to.match(/^::group::would-fail: Deployment default\/web$/m);
    for (const output of [log, summary]) expect(output).to.include("must be greater than or equal to 0");
    expect(summary).to.include("## ❌ `ja-production`: would fail");
  });

  it("cannot check where the cluster is another, and says what aws says", async () => {
    const inputs = { "cluster-name": "elsewhere" };
    const { exitCode, log, summary } = await startAction(world, eks, { ...unchanged, inputs });
    expect(exitCode, log).to.equal(2);
    expect(log).to.match(
      /^::error::ja-production: the EKS cluster elsewhere in ap-northeast-1 cannot be found: .*ResourceNotFoundException/m,
    );
    expect(log).to.match(/^::error::ja-production: could not check\.$/m);
    expect(summary).to.include("## 🚫 `ja-production`: could not check");
  });

  it("cannot check where an input is wrong, and names all that are", async () => {
    const inputs = { "eks-version-label": "135", timeout: "soon", "server-side": "yes" };
    const wrongSwitch = await startAction(world, eks, { ...unchanged, inputs });
    expect(wrongSwitch.exitCode).to.equal(2);
    expect(wrongSwitch.log).to.match(/^::error::.*server-side is "yes" and must be true or false/);
    const { exitCode, log } = await startAction(world, eks, {
      ...unchanged,
      inputs: { ...inputs, "server-side": "false" },
    });
    expect(exitCode).to.equal(2);
    expect(log).to.match(/^::error::Could not be checked: .*must look like 1_35.*timeout must be a number/);
  });

  it("warns on top of the log where the version label is stale, and passes all the same", async () => {
    const inputs = { "eks-version-label": "1_34" };
    const { exitCode, log, summary } = await startAction(world, eks, { ...unchanged, inputs });
    expect(exitCode, log).to.equal(0);
    expect(log).to.match(
      /^::warning::ja-production: The cluster runs Kubernetes v1\.35\.\d+.*, and its version label says 1_34\.\n/,
    );
    expect(summary).to.include("> [!WARNING]");
  });

  it("takes what a pull request names for a workflow command as mere text", async () => {
    const text = "::error::not ours\n::set-output name=report::x\n";
    const head = overlayOf([web, configMap("settings", { mode: text })]);
    const { exitCode, log } = await startAction(world, eks, { ...unchanged, head });
    expect(exitCode, log).to.equal(0);
    const outside = log.replace(/^::stop-commands::(\S+)\n[^]*?^::\1::$/gm, "");
    expect(log).to.include("::error::not ours");
    expect(outside).not.to.include("not ours").and.not.to.include("set-output");
  });

  it("runs no kubectl of the tool cache that has another checksum", async () => {
    const toolCache = world.folder();
    const version = join(toolCache, "kubectl", "1.35.2", "x64");
    mkdirSync(version, { recursive: true });
    writeFileSync(join(version, "kubectl"), "#!/bin/sh\necho ran >&2\n");
    chmodSync(join(version, "kubectl"), 0o755);
    const { exitCode, log } = await startAction({ ...world, toolCache }, eks, unchanged);
    expect(exitCode, log).to.equal(2);
    expect(log).to.match(
      /^::error::ja-production: \S+1\.35\.2\/x64\/kubectl has the checksum \w+ and must have/m,
    );
    expect(log).not.to.match(/^ran$/m);
  });
});
