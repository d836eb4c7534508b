import { expect } from "chai";
import { execa } from "execa";
import { after, before, describe, it } from "mocha";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examineAll, type Result } from "../../operations/doctor/check";
import { checksOf } from "../../operations/doctor/checks";
import { Facts } from "../../operations/doctor/facts";
import { guardChecks } from "../../operations/doctor/guard";
import type { Subject } from "../../operations/doctor/subject";
import { installGuard } from "../../operations/guardInstall";
import { Kubectl } from "../../operations/guardKubectl";
import { startCluster, type Cluster } from "../../sandbox/clusters/cluster";
import { childEnvironment } from "../../sandbox/environment";
import { startSandbox, type Sandbox } from "../../sandbox/testing";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { environments } from "../../stacks/environments";
import { openDeployment, type Deployment, type Outputs } from "../../sandbox/mutations/deployment";
import { mutations, openings } from "../../sandbox/mutations/mutations";
import { symptoms, type MutationName, type Symptom } from "../operations/doctor/mutations";
import { awsRequests, succeeded } from "./deployedWorld";
import { doctorSubject } from "./doctorSubject";

const checkout = join(__dirname, "..", "..");
const stack = "ja-production";
const wrong = (results: Result[]) =>
  results.filter(({ verdict }) => verdict === "wrong").map(({ name }) => name);

/** A change must be named, by its checks and by nothing else. */
function expectNamed(mutation: MutationName, results: Result[]) {
  const { checks, says }: Symptom = symptoms[mutation];
  expect(wrong(results), mutation).to.have.members(checks);
  const result = results.find(({ name }) => name === checks[0]);
  expect(result?.says, mutation).to.match(says);
  expect(result?.mend, mutation).to.match(/\S/);
}

describe("npm run doctor, on a stack that the real engine deployed", function () {
  this.timeout(240_000);
  let sandbox: Sandbox;
  let subject: Subject;
  let deployment: Deployment;
  const examine = () => examineAll(checksOf(subject), new Facts(subject));

  before(async () => {
    sandbox = await startSandbox();
    const set = ["config", "set", "eks-dryrun-runner:githubActorIds", "[583231]"];
    succeeded(await sandbox.pulumi(set, { stack }));
    succeeded(await sandbox.pulumi(["up", "--yes", "--skip-preview"], { stack }));
    subject = await doctorSubject(sandbox, stack);
    const outputs = succeeded(await sandbox.pulumi(["stack", "output", "--json"], { stack }));
    deployment = openDeployment(sandbox.state, JSON.parse(outputs) as Outputs);
  });
  after(() => sandbox.stop());

  it("finds nothing wrong with it, and changes nothing", async () => {
    const before = awsRequests(sandbox).length;
    const results = await examine();
    expect(wrong(results)).to.deep.equal([]);
    const writes = awsRequests(sandbox)
      .slice(before)
      .filter(({ operation }) => !/^(Describe|Get|BatchGet|List)/.test(operation));
    expect(writes).to.deep.equal([]);
  });

  it("prints every check, and as JSON too", async () => {
    const doctor = [
      "--require",
      "ts-node/register/transpile-only",
      join(checkout, "operations", "doctor.ts"),
    ];
    const run = (...args: string[]) =>
      execa(process.execPath, [...doctor, "--stack", stack, ...args], {
        cwd: checkout,
        env: childEnvironment(sandbox.folder, sandbox.state),
        extendEnv: false,
        reject: false,
      });
    const [text, json] = await Promise.all([run(), run("--json")]);
    const names = checksOf(subject).map(({ name }) => name);
    expect((JSON.parse(json.stdout) as Result[]).map(({ name }) => name)).to.deep.equal(names);
    for (const name of names) expect(text.stdout).to.match(new RegExp(`^\\S+ +${name} +\\S`, "m"));
    expect(text.exitCode).to.equal(json.exitCode).and.not.to.equal(1);
  });

  // One deployment: each change is put back before the next. Those of the guard need a cluster's administrator.
  const changes = [...mutations, ...openings].filter(({ name }) => !name.startsWith("guard-"));
  for (const { name, break: breakIt } of changes) {
    it(`names ${name}`, async () => {
      const undo = await breakIt(deployment);
      try {
        expectNamed(name as MutationName, await examine());
      } finally {
        await undo();
      }
    });
  }

  it("finds nothing wrong once all is put back", async () => {
    expect(wrong(await examine())).to.deep.equal([]);
  });
});

describe("npm run doctor, with an administrator's kubeconfig", function () {
  this.timeout(300_000);
  let directory: string;
  let cluster: Cluster;
  let kubectl: Kubectl;
  const examine = () => {
    const environment = environments.find(({ name }) => name === stack);
    const subject = { environment, settings: { apply: "disabled" }, kubectl } as Subject;
    const facts = { subject } as Facts;
    return examineAll(guardChecks(subject), facts);
  };

  /** The API server goes by what it knew for a moment longer. */
  const onceNoticed = async () => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const results = await examine();
      if (wrong(results).includes("guard-proof") || Date.now() > deadline) return results;
    }
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "doctor-cluster-"));
    cluster = await startCluster({ directory });
    kubectl = new Kubectl(await ensureKubectl(35), cluster.adminKubeconfig);
  });
  after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it("names a guard that is not installed", async () => {
    expectNamed("guard-absent", await examine());
  });

  it("finds an installed guard in order", async () => {
    await installGuard(kubectl, {}, () => undefined);
    const results = await examine();
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["ok", "ok"]);
  });

  it("names a guard whose policy is bound to nothing", async () => {
    const { stdout } = await kubectl.run([
      "get",
      "validatingadmissionpolicybinding",
      "pr-dry-run-only",
      "-o",
      "yaml",
    ]);
    await kubectl.must(["delete", "validatingadmissionpolicybinding", "pr-dry-run-only"]);
    expectNamed("guard-unbound", await onceNoticed());
    await kubectl.must(["apply", "-f", "-"], stdout);
  });

  it("names a guard that grants nothing", async () => {
    await kubectl.must(["delete", "clusterrolebinding", "pr-dry-run"]);
    expectNamed("guard-without-rights", await onceNoticed());
  });

  it("says that it could not look where the cluster does not answer", async () => {
    kubectl = new Kubectl(kubectl.command, "/nonexistent/kubeconfig");
    const results = await examine();
    expect(results.map(({ verdict }) => verdict)).to.deep.equal(["unknown", "unknown"]);
  });
});
