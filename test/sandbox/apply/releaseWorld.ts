import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { bundle } from "../../../committed/bundle";
import { guardText } from "../../../committed/guardText";
import { defaultGuardedKinds } from "../../../committed/guardKinds";
import { readAppliedReport } from "../../../committed/comment/readReport";
import { packedReportIn } from "../../../dryrun/apply/reportLines";
import { Api } from "../../../dryrun/kubernetes/api";
import { proofOf } from "../../../dryrun/kubernetes/credentials";
import { readKubeconfig } from "../../../dryrun/kubernetes/kubeconfig";
import type { Json } from "../../../dryrun/render/objects";
import type { Outcome, Report } from "../../../dryrun/report/types";
import { type Cluster, startCluster } from "../../../sandbox/clusters/cluster";
import { playWorkloads } from "../../../sandbox/clusters/workloads";
import { ensureKubectl } from "../../../sandbox/toolchain/kubectl";
import { type Files, fillToolCache, overlay, overlayOf, writeFiles } from "../dryrun/dryRunWorld";
import { startWire, type Wire } from "./wire";

/** What one apply gave. */
export interface Applied {
  exitCode: number;
  lines: string[];
  /** Undefined if it was killed before. */
  report: Report | undefined;
  /** As whoever follows the build reads it from the log. */
  reportInLog: Report | undefined;
  summary: string;
  /** By kind and name. */
  outcomes: Record<string, Outcome | undefined>;
}

export interface ApplyInput {
  /** Folder with the repository. */
  repository: string;
  args?: string[];
  /** Whose kubeconfig. @default that of a release */
  kubeconfig?: string;
  /** Hears of each line when it comes. */
  heard?: (line: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Ends the program from outside. */
  started?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** A cluster with the role of releases, the program that applies one, and a way between them on which requests get lost. */
export interface ReleaseWorld {
  cluster: Cluster;
  /** The API server as an administrator, without the way. */
  api: Api;
  wire: Wire;
  /** Kubeconfig of a release, over the way. */
  kubeconfig: string;
  /** Kubeconfig of a release, without the way. */
  directKubeconfig: string;
  admin(args: string[], input?: string): Promise<string>;
  /** A repository in git whose overlay has these manifests. */
  repository(manifests: object[]): Promise<string>;
  /** Commits other manifests, and perhaps tags the commit. */
  commit(repository: string, manifests: object[], tag?: string): Promise<void>;
  apply(input: ApplyInput): Promise<Applied>;
  live(path: string): Promise<Json | undefined>;
  /** Ends the control plane and starts it again with the same state, elsewhere; the way leads there. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The environment's name is the overlay's last folder. */
const environment = "ja-production";

/** Kinds that the tests' releases may write beside the guard's. */
const releaseKinds = [
  "secrets",
  "widgets.example.org",
  "roles.rbac.authorization.k8s.io",
  "rolebindings.rbac.authorization.k8s.io",
];

/**
 * @param options.fails whether a workload never gets its pods ready.
 */
export async function startReleaseWorld(
  options: { fails?: (workload: Json) => boolean } = {},
): Promise<ReleaseWorld> {
  const directory = mkdtempSync(join(tmpdir(), "release-world-"));
  const start = () => startCluster({ directory: join(directory, "cluster") });
  let cluster = await start();
  const kubectl = await ensureKubectl(35);
  const admin = async (args: string[], input = "") => {
    const flags = [
      `--kubeconfig=${cluster.adminKubeconfig}`,
      `--cache-dir=${join(directory, "admin-cache")}`,
    ];
    return (await execa(kubectl, [...flags, ...args], { input })).stdout;
  };
  await admin(["apply", "--filename=-"], guardText({ kinds: defaultGuardedKinds, releaseKinds }));
  const program = join(directory, "apply.cjs");
  writeFileSync(program, bundle("dryrun/applyMain.ts"));
  const toolCache = await fillToolCache(join(directory, "tools"));
  const { signal } = new AbortController();
  const client = async (file: string) => {
    const kubeconfig = readKubeconfig(file);
    return { kubeconfig, proof: await proofOf(kubeconfig.credential, signal) };
  };
  const directKubeconfig = await cluster.kubeconfigFor({
    user: "arn:aws:sts::1:assumed-role/release/1",
    groups: ["release-apply"],
  });
  const release = await client(directKubeconfig);
  const wire = await startWire(release.kubeconfig, release.proof);
  const kubeconfig = join(directory, "wire.kubeconfig");
  writeFileSync(kubeconfig, wireKubeconfig(wire.kubeconfig.server));
  const administrator = async () => new Api({ ...(await client(cluster.adminKubeconfig)), signal });
  let workloads = playWorkloads(cluster.adminKubeconfig, options.fails);
  const git = (repository: string, ...args: string[]) =>
    execa("git", [...identity, ...args], { cwd: repository });

  const world: ReleaseWorld = {
    cluster,
    api: await administrator(),
    wire,
    kubeconfig,
    directKubeconfig,
    admin,
    repository: async (manifests) => {
      const repository = mkdtempSync(join(directory, "repository-"));
      await git(repository, "init", "--quiet", "--initial-branch=main");
      await world.commit(repository, manifests);
      return repository;
    },
    commit: async (repository, manifests, tag) => {
      rmSync(join(repository, overlay), { recursive: true, force: true });
      const files: Files = overlayOf(manifests.map((manifest) => JSON.stringify(manifest)));
      writeFiles(repository, files);
      await git(repository, "add", "--all");
      await git(repository, "commit", "--quiet", "--allow-empty", "--message=change");
      if (tag !== undefined) await git(repository, "tag", "--annotate", "--message=release", tag);
    },
    async apply({ repository, args = [], kubeconfig: file = kubeconfig, heard, started }) {
      const temp = mkdtempSync(join(directory, "run-"));
      const [summary, reportFile] = [join(temp, "summary.md"), join(temp, "report.json")];
      const given = [
        `--repository=${repository}`,
        `--overlay=${overlay}`,
        `--kubeconfig=${file}`,
        "--eks-version-label=1_35",
        `--summary=${summary}`,
        `--report=${reportFile}`,
        ...args,
      ];
      mkdirSync(join(temp, "tmp"));
      const running = execa(process.execPath, [program, ...given], {
        reject: false,
        all: true,
        env: { RUNNER_TOOL_CACHE: toolCache, TMPDIR: join(temp, "tmp") },
      });
      const kill = (signal: NodeJS.Signals) => {
        running.kill(signal);
      };
      started?.(kill);
      if (heard) for await (const line of running.iterable({ from: "all" })) heard(line, kill);
      const { exitCode, all } = await running;
      const lines = all.split("\n");
      const packed = packedReportIn(lines);
      const text = readIfThere(reportFile);
      const report = text === "" ? undefined : (JSON.parse(text) as Report);
      return {
        exitCode: exitCode ?? -1,
        lines,
        report,
        reportInLog: packed === undefined ? undefined : readAppliedReport(packed, environment).report,
        summary: readIfThere(summary),
        outcomes: Object.fromEntries(
          (report?.objects ?? []).map(({ kind, name, outcome }) => [`${kind} ${name}`, outcome]),
        ),
      };
    },
    live: async (path) => {
      const { code, body } = await world.api.send({ path });
      return code === 200 ? body : undefined;
    },
    restart: async () => {
      workloads.stop();
      world.api.close();
      await cluster.stop();
      cluster = await start();
      world.cluster = cluster;
      world.api = await administrator();
      wire.redirect(cluster.url);
      workloads = playWorkloads(cluster.adminKubeconfig, options.fails);
    },
    stop: async () => {
      workloads.stop();
      wire.stop();
      world.api.close();
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return world;
}

const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];

function wireKubeconfig(server: string): string {
  const name = "wire";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: "unused" } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
