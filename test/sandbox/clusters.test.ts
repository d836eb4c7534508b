import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { execa } from "execa";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { startCluster, type Cluster } from "../../sandbox/clusters/cluster";
import { DaemonEnded } from "../../sandbox/clusters/daemon";
import { onFreePort } from "../../sandbox/clusters/ports";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { ensureKubernetes } from "../../sandbox/toolchain/kubernetes";

describe("a cluster of the sandbox", function () {
  this.timeout(240_000);

  let directory: string;
  let kubectl: string;
  let cluster: Cluster;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "cluster-"));
    kubectl = await ensureKubectl(35);
    cluster = await startCluster({ directory });
  });

  after(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function run(kubeconfig: string, ...args: string[]): Promise<string> {
    const { all } = await execa(kubectl, ["--kubeconfig", kubeconfig, ...args], { reject: false, all: true });
    return all;
  }

  it("has a version that kubectl can read", async () => {
    expect(await run(cluster.adminKubeconfig, "version")).to.match(/Server Version: v1\.35\.\d+$/m);
  });

  it("knows the dry-run identity as EKS knows a runner, and grants it nothing", async () => {
    const who = await run(cluster.dryRunKubeconfig, "auth", "whoami");
    expect(who).to.contain("assumed-role/kubectl-to-trocco-production/AWSCodeBuild-1");
    expect(who).to.contain("[pr-dry-run system:authenticated]");
    expect(await run(cluster.dryRunKubeconfig, "get", "namespaces")).to.contain("Forbidden");
  });

  it("knows anybody else by name and groups, with the characters of an ARN", async () => {
    const identity = {
      user: "arn:aws:sts::123456789012:assumed-role/deploy+er/x",
      groups: ["a/b", "viewers"],
    };
    const who = await run(await cluster.kubeconfigFor(identity), "auth", "whoami");
    expect(who).to.contain(identity.user);
    expect(who).to.contain("[a/b viewers system:authenticated]");
  });

  it("shows what etcd holds", async () => {
    await run(cluster.adminKubeconfig, "create", "configmap", "shown", "--from-literal=key=what-is-stored");
    expect((await cluster.dumpEtcd()).get("/registry/configmaps/default/shown")).to.contain("what-is-stored");
  });

  it("keeps its state when it is stopped and started again", async () => {
    await run(cluster.adminKubeconfig, "create", "configmap", "kept");
    await cluster.stop();
    cluster = await startCluster({ directory });
    expect(await run(cluster.adminKubeconfig, "get", "configmap", "kept")).to.match(/^kept /m);
  });

  it("ends with the process that started it, even if that is killed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cluster-killed-"));
    const program = join(folder, "start.ts");
    const module = join(__dirname, "..", "..", "sandbox", "clusters", "cluster");
    await writeFile(
      program,
      `import { startCluster } from ${JSON.stringify(module)};
void startCluster({ directory: ${JSON.stringify(folder)} }).then(() => console.log("started"));
setInterval(() => undefined, 1_000);`,
    );
    const child = execa(process.execPath, ["--require", "ts-node/register/transpile-only", program], {
      reject: false,
      buffer: false,
    });
    await once(child.stdout, "data");
    expect(await processesOf(folder)).to.have.length(2);
    child.kill("SIGKILL");
    await child;
    await setTimeout(200);
    expect(await processesOf(folder)).to.deep.equal([]);
    await rm(folder, { recursive: true, force: true });
  });
});

/** Command lines of the control planes with this folder. */
async function processesOf(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(folder) && /(?:etcd|kube-apiserver)\0/.test(line)) lines.push(line);
  }
  return lines;
}

describe("a server that cannot choose a free port itself", () => {
  it("gets another one when the first is taken in between", async () => {
    const tried: number[] = [];
    const port = await onFreePort((free) => {
      tried.push(free);
      if (tried.length < 3)
        throw new DaemonEnded("ended", "listen tcp: bind: address already in use", "x.log");
      return Promise.resolve(free);
    });
    expect(tried).to.have.length(3);
    expect(port).to.equal(tried[2]);
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    expect((server.address() as AddressInfo).port).to.equal(port);
    server.close();
  });

  it("is not tried again when it fails for another reason", async () => {
    let tries = 0;
    const failed = await onFreePort(() => {
      tries++;
      return Promise.reject(new DaemonEnded("ended", "no such flag", "x.log"));
    }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(DaemonEnded);
    expect(tries).to.equal(1);
  });
});

describe("the control plane's binaries", () => {
  it("are those of KUBEBUILDER_ASSETS where it is set", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assets-"));
    for (const name of ["etcd", "kube-apiserver"]) await writeFile(join(folder, name), "", { mode: 0o755 });
    const binaries = await ensureKubernetes(() => undefined, { KUBEBUILDER_ASSETS: folder });
    expect(binaries).to.deep.equal({ apiServer: join(folder, "kube-apiserver"), etcd: join(folder, "etcd") });
    await rm(join(folder, "etcd"));
    const error: unknown = await ensureKubernetes(() => undefined, { KUBEBUILDER_ASSETS: folder }).catch(
      (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(Error).with.property("message").that.contains(join(folder, "etcd"));
    await rm(folder, { recursive: true });
  });
});
