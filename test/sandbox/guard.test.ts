import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCluster, type Cluster } from "../../sandbox/clusters/cluster";
import { guardText } from "../../committed/guardText";
import { installGuard } from "../../operations/guardInstall";
import { Kubectl } from "../../operations/guardKubectl";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { changedKeys, storedIn } from "../attacks/stored";

const checkout = join(__dirname, "..", "..");

interface Ended {
  exitCode?: number;
  stdout: string;
  stderr: string;
}

describe("npm run guard, on a real API server", function () {
  this.timeout(240_000);

  let directory: string;
  let kubectl: string;
  let cluster: Cluster;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "guarded-cluster-"));
    kubectl = await ensureKubectl(35);
    cluster = await startCluster({ directory });
  });

  after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const name of ["too-much", "reader"]) {
      await admin(["delete", "clusterrolebinding", name, "--ignore-not-found"]);
    }
  });

  function guard(command: string, ...args: string[]): Promise<Ended> {
    const program = [
      "--require",
      "ts-node/register/transpile-only",
      join(checkout, "operations", "guard.ts"),
    ];
    return execa(process.execPath, [...program, command, "--kubectl", kubectl, ...args], {
      cwd: checkout,
      reject: false,
    });
  }

  const withCluster = (command: string, ...args: string[]) =>
    guard(command, "--kubeconfig", cluster.adminKubeconfig, ...args);

  function admin(args: string[], input = ""): Promise<Ended> {
    return execa(kubectl, ["--kubeconfig", cluster.adminKubeconfig, ...args], { input, reject: false });
  }

  async function runnerCan(verb: string, resource: string, namespace: string): Promise<boolean> {
    const flags = ["--as=runner", "--as-group=pr-dry-run", "--namespace", namespace];
    return (await admin(["auth", "can-i", verb, resource, ...flags])).stdout === "yes";
  }

  it("prints what the home stack commits where no setting names kinds", async () => {
    const { stdout } = await execa("npm", ["run", "--silent", "guard"], { cwd: checkout });
    expect(`${stdout}\n`).to.equal(guardText());
  });

  it("finds a cluster without the guard unguarded, and writes nothing to it", async () => {
    const before = await storedIn(cluster);
    const { exitCode, stdout } = await withCluster("check");
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(
      /^PROBLEM: trying to create the Namespace default, which is there already was not refused by the policy/m,
    );
    expect(stdout).to.contain("The guard does not hold");
    expect(changedKeys(before, await storedIn(cluster))).to.deep.equal([]);
  });

  it("writes nothing either where the group may do everything, and names what got through", async () => {
    await admin([
      "create",
      "clusterrolebinding",
      "too-much",
      "--clusterrole=cluster-admin",
      "--group=pr-dry-run",
    ]);
    const before = await storedIn(cluster);
    const { exitCode, stdout } = await withCluster("check");
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^PROBLEM: trying to create the Namespace default.*409/m);
    expect(stdout).to.match(/^PROBLEM: trying to patch the Namespace default with nothing .*: 200$/m);
    expect(stdout).to.match(/^PROBLEM: it has the right to impersonate users: .*"too-much"/m);
    expect(changedKeys(before, await storedIn(cluster))).to.deep.equal([]);
  });

  it("installs the guard and proves it", async () => {
    const { exitCode, stdout, stderr } = await withCluster("install");
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).not.to.contain("PROBLEM");
    expect(stdout).to.match(/^The guard holds: (\d+) of \1 proofs\.$/m);
    expect(stdout).to.match(/^ok: may not create the Namespace default, .*: refused by policy$/m);
    expect(stdout).to.match(/^ok: may dry-run a create$/m);
  });

  it("can install it again, and changes nothing by that", async () => {
    const before = await storedIn(cluster);
    expect((await withCluster("install")).exitCode).to.equal(0);
    expect(changedKeys(before, await storedIn(cluster))).to.deep.equal([]);
  });

  it("confines the rights when it is installed for namespaces, and takes back what it granted elsewhere", async () => {
    for (const name of ["one", "two"]) await admin(["create", "namespace", name]);
    expect((await withCluster("install", "--namespaces", "one,two")).exitCode).to.equal(0);
    expect(await runnerCan("patch", "deployments.apps", "one")).to.equal(true);
    expect(await runnerCan("patch", "deployments.apps", "default")).to.equal(false);
    expect((await withCluster("install", "--namespaces", "two", "--kinds", "configmaps")).exitCode).to.equal(
      0,
    );
    expect(await runnerCan("patch", "configmaps", "one")).to.equal(false);
    expect(await runnerCan("patch", "configmaps", "two")).to.equal(true);
    expect(await runnerCan("patch", "deployments.apps", "two")).to.equal(false);
  });

  it("takes the role of releases away where the settings apply none any more, and nothing of others", async () => {
    const can = async (verb: string) =>
      (await admin(["auth", "can-i", verb, "secrets", "--as=release", "--as-group=release-apply"])).stdout;
    const settings = { releaseKinds: ["secrets"] };
    await installGuard(new Kubectl(kubectl, cluster.adminKubeconfig), settings, () => undefined);
    expect(await can("patch")).to.equal("yes");
    await admin(["create", "clusterrole", "release-apply-of-others", "--verb=get", "--resource=pods"]);

    const { exitCode, stderr } = await withCluster("install");
    expect(exitCode, stderr).to.equal(0);
    for (const kind of ["ClusterRoleBinding", "ClusterRole"])
      expect(stderr).to.contain(`Removing the ${kind} release-apply of an earlier guard ...`);
    expect(await can("patch")).to.equal("no");
    const { stdout } = await admin(["get", "clusterroles,clusterrolebindings", "--output=name"]);
    expect(stdout.match(/\S*\/release-apply\S*/g)).to.deep.equal([
      "clusterrole.rbac.authorization.k8s.io/release-apply-of-others",
    ]);
    expect(await runnerCan("patch", "deployments.apps", "default")).to.equal(true);
  });

  it("finds a right that the group has from elsewhere", async () => {
    await admin(["create", "clusterrole", "reader", "--verb=get,list", "--resource=secrets"]);
    await admin(["create", "clusterrolebinding", "reader", "--clusterrole=reader", "--group=pr-dry-run"]);
    const { exitCode, stdout } = await withCluster("check");
    expect(exitCode).to.equal(1);
    expect(stdout).to.match(/^PROBLEM: it has the right to list secrets: .*"reader"/m);
  });

  it("finds a policy that only audits, and mends it by installing again", async () => {
    const path = ["validatingadmissionpolicybinding", "pr-dry-run-only", "--type=merge"];
    await admin(["patch", ...path, "--patch", JSON.stringify({ spec: { validationActions: ["Audit"] } })]);
    let found = await withCluster("check");
    // The API server hears of its own writes a moment later.
    for (let tries = 0; tries < 60 && found.exitCode === 0; tries++) found = await withCluster("check");
    expect(found.stdout).to.match(/^PROBLEM: trying to create the Namespace default.*409/m);
    const { exitCode, stdout } = await withCluster("install");
    expect(exitCode, stdout).to.equal(0);
  });

  it("refuses a kind that another server answers in this cluster", async () => {
    const service = {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.elsewhere.example.org" },
      spec: {
        group: "elsewhere.example.org",
        version: "v1",
        service: { name: "elsewhere", namespace: "default" },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    };
    await admin(["create", "--filename=-"], JSON.stringify(service));
    const { exitCode, stderr } = await withCluster(
      "install",
      "--kinds",
      "configmaps,things.elsewhere.example.org",
    );
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain("Another server than kube-apiserver answers things.elsewhere.example.org");
    await admin(["delete", "apiservice", "v1.elsewhere.example.org"]);
  });

  it("says so when the person may not impersonate", async () => {
    const kubeconfig = await cluster.kubeconfigFor({ user: "somebody", groups: [] });
    const { exitCode, stderr } = await guard("check", "--kubeconfig", kubeconfig);
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain("may not impersonate members of pr-dry-run");
  });

  it("reads the kinds of the sample repository's overlays", async () => {
    const repository = join(checkout, "sandbox", "github", "targetRepository");
    const { exitCode, stdout, stderr } = await guard("kinds", "--repo", repository);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.contain("=deployments.apps").and.to.contain("connectors.transfer.example.org");
    expect(stdout).not.to.contain("secrets");
    expect(stderr).to.contain("Not granted, so not checked: secrets");
  });
});
