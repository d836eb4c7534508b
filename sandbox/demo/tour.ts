import { join } from "node:path";
import { execa } from "execa";
import { adminKubeconfig } from "../adminKubeconfig";
import { quoted } from "../engine/shell";
import { childEnvironment } from "../environment";
import { checkout, type SandboxFolder, type SandboxState } from "../folder";
import { id } from "../github/resources";
import { openDeployment, type Outputs } from "../mutations/deployment";
import type { Mutation } from "../mutations/mutation";
import { processMark } from "../processes";
import { ensureKubectl } from "../toolchain/kubectl";
import type { Change } from "./changes";
import { linesOf, type EngineEvent } from "./events";
import { PullRequests, type Author } from "./pullRequests";
import type { Job, Run } from "./workflowRuns";
import { admitStranger, fromStranger, stranger, trustedIds } from "./stranger";
import { terminalLines } from "./terminalComment";
import { untilOver, WatchedRun } from "./watchedRun";

const workflow = ".github/workflows/k8s-dryrun.yml";

/** How long the workflow waits for a runner, by default. */
const runnerStartMinutes = 30;

/** What stands before a job, by its status or conclusion. */
const marks: Record<string, string> = {
  success: "✓",
  failure: "✗",
  cancelled: "✗",
  skipped: "-",
  in_progress: "▶",
};

/** What a person would do in a sandbox, one step a method, shown as it happens. */
export class Tour {
  constructor(
    private readonly folder: SandboxFolder,
    private readonly state: SandboxState,
    private readonly say: (line: string) => void,
    /** Interrupts the command that is running. */
    private readonly interrupt: AbortSignal,
  ) {}

  /** `pulumi up` on a stack. */
  async up(stack: string): Promise<void> {
    this.title(`pulumi up -s ${stack}`);
    await this.pulumiEvents("up", "--yes", "--skip-preview", "--stack", stack);
  }

  /** `pulumi up` on the deployments project. @param project folder of its files */
  async deployments(project: string): Promise<void> {
    this.title("pulumi up -s production, in deployments/");
    const where = ["--cwd", project, "--stack", "production"];
    await this.pulumi("stack", "init", "production", "--cwd", project);
    await this.pulumiEvents("up", "--yes", "--skip-preview", ...where);
  }

  async deploymentsOutputs(project: string): Promise<{ previewRoleArn: string }> {
    const where = ["--cwd", project, "--stack", "production"];
    const { stdout } = await this.pulumi("stack", "output", "--json", ...where);
    return JSON.parse(stdout) as { previewRoleArn: string };
  }

  /** The commits that the stacks made in the target repository, and the beginning of the workflow. */
  async showCommit(): Promise<void> {
    this.title("The target repository now");
    const { stdout: log } = await this.git("log", "--oneline", "--stat", "-3");
    this.indent(log);
    this.title(workflow);
    const { stdout: text } = await this.git("show", `HEAD:${workflow}`);
    const lines = text.split("\n");
    this.indent(lines.slice(0, 45).join("\n"));
    this.say(`  ... and ${String(lines.length - 45)} more lines`);
  }

  /** Sets the kinds that may be dry-run to those that the overlays have. */
  async setGuardedKinds(stack: string): Promise<void> {
    this.title("npm run guard -- kinds: what pull requests may dry-run, read from the overlays");
    const repo = join(this.folder.root, "demo-checkout");
    await execa("git", ["clone", "--quiet", this.folder.targetRepository(), repo], this.options());
    const { stdout, stderr } = await this.operation("guard", "kinds", "--repo", repo);
    this.indent(stderr);
    // For a new stack there is nothing to remove.
    const [, ...set] = stdout.split("\n");
    this.indent(`${set[0] ?? ""} ... (${String(set.length - 1)} kinds)`);
    await execa("bash", ["-c", set.join("\n")], this.options());
    await this.pulumi("config", "get", "eks-dryrun-runner:guardedKinds", "--stack", stack);
  }

  /** Names the people whose jobs get a runner. */
  async setTrustedPeople(stacks: string[]): Promise<void> {
    this.title("The people whose jobs get a runner");
    for (const stack of stacks) await this.set(stack, { githubActorIds: trustedIds });
  }

  /** Sets settings of a stack, and says so. */
  async set(stack: string, settings: Record<string, unknown>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      const key = `eks-dryrun-runner:${name}`;
      await this.pulumi("config", "set", key, text, "--stack", stack);
      this.say(`  pulumi config set ${key} ${quoted(text)} --stack ${stack}`);
    }
  }

  /** Has somebody whom nobody trusts open a pull request from a fork, without the workflow's step against forks. */
  async strangersPullRequest(change: Change): ReturnType<Tour["pullRequest"]> {
    await admitStranger(this.folder);
    const { owner } = stranger;
    this.title(`A stranger forks the repository: ${owner}, GitHub's number ${String(id(owner))}`);
    return this.pullRequest(fromStranger(change), stranger);
  }

  /** Installs the guard in every stack's cluster, as an administrator who can reach it. */
  async installGuards(stacks: string[]): Promise<void> {
    this.title("npm run guard -- install: once a cluster, by somebody who can reach it");
    await Promise.all(
      stacks.map(async (stack) => {
        const { region, clusterName } = await this.outputs(stack);
        const kubeconfig = await adminKubeconfig(this.state, region);
        const of = ["--kubeconfig", kubeconfig, "--stack", stack];
        const { stdout } = await this.operation("guard", "install", ...of);
        this.say(`  ${clusterName.padEnd(22)} ${stdout.trim().split("\n").at(-1) ?? ""}`);
      }),
    );
  }

  /**
   * Opens a pull request, shows its run and what a reviewer sees.
   * @param author @default a colleague
   * @returns its number, and the comment as Markdown, if there is one
   */
  async pullRequest(change: Change, author?: Author): Promise<{ number: number; comment?: string }> {
    this.title(`A pull request: ${change.title} (${change.shows})`);
    for (const { path, from, to } of change.edits)
      this.indent(`${path}: ${from.trim() || JSON.stringify(from)} -> ${to.trim()}`.replace(/\n */g, " "));
    const pulls = new PullRequests(this.state, this.interrupt, author);
    const { number, sha } = await pulls.open(change);
    this.say(`  #${String(number)} opened; the committed workflow runs:`);
    const run = new WatchedRun(pulls, this.state, sha, (job) => {
      this.showJob(job);
    });
    await untilOver([run], this.interrupt, () =>
      author ? this.endRun(pulls, run.run) : this.waitHalfAnHour(pulls),
    );
    const [comment] = await pulls.comments(number);
    this.say(
      `\n  The run ended: ${run.run.conclusion ?? ""}. What the reviewer of #${String(number)} sees:\n`,
    );
    if (comment === undefined)
      this.say(
        author
          ? "  (no comment: a fork's token may not write one)"
          : "  (no comment: nothing of Kubernetes is touched)",
      );
    else for (const line of terminalLines(comment)) this.say(`  | ${line}`);
    await this.showGate(pulls, run.jobs);
    return { number, ...(comment === undefined ? {} : { comment }) };
  }

  /** What the gate warns of: a region that only reports lets it be green. */
  private async showGate(pulls: PullRequests, jobs: Job[]): Promise<void> {
    const gate = jobs.find(({ name }) => name === "K8s Dryrun gate");
    if (!gate) return;
    const said = (await pulls.log(gate)).matchAll(/::(?:warning|error)::(.*)/g);
    for (const [, line = ""] of said) this.say(`  The gate (${gate.conclusion ?? ""}): ${line}`);
  }

  private async waitHalfAnHour(pulls: PullRequests): Promise<void> {
    this.say("    (no runner comes: GitHub's clock is moved on by half an hour, so that nobody has to wait)");
    await pulls.moveClock(runnerStartMinutes + 1);
  }

  private async endRun(pulls: PullRequests, run: Run): Promise<void> {
    this.say("    (no runner comes for the others: a maintainer ends the run, which a fork's token may not)");
    await pulls.cancel(run);
  }

  /**
   * `npm run doctor` on a stack, as an administrator of its cluster.
   * @returns its exit code
   */
  async doctor(stack: string): Promise<number> {
    this.title(`npm run doctor -- --stack ${stack}`);
    const { region } = await this.outputs(stack);
    const kubeconfig = await adminKubeconfig(this.state, region);
    const { stdout, exitCode } = await this.operation("doctor", "--stack", stack, "--kubeconfig", kubeconfig);
    this.indent(stdout);
    return exitCode;
  }

  /** Breaks one thing of what a stack has deployed. */
  async break({ name, about, break: breakIt }: Mutation, stack: string): Promise<void> {
    this.title(`${name} in ${stack}: ${about}`);
    await breakIt(openDeployment(this.state, await this.outputs(stack)));
  }

  /** Begins a part of the tour. */
  title(text: string): void {
    this.say(`\n== ${text}`);
  }

  private indent(text: string): void {
    for (const line of text.split("\n")) this.say(`  ${line}`);
  }

  private pulumi(...args: string[]) {
    return execa("pulumi", [...args, "--non-interactive"], this.options());
  }

  /** What a stack has deployed. */
  async outputs(stack: string): Promise<Outputs> {
    return JSON.parse((await this.pulumi("stack", "output", "--json", "--stack", stack)).stdout) as Outputs;
  }

  private git(...args: string[]) {
    return execa("git", args, { ...this.options(), cwd: this.folder.targetRepository() });
  }

  /** Runs pulumi and shows its events while they happen. */
  private async pulumiEvents(...args: string[]): Promise<void> {
    const running = execa("pulumi", [...args, "--json", "--non-interactive"], {
      ...this.options(),
      reject: false,
    });
    for await (const line of running) this.showEvent(line);
    const { exitCode, stderr } = await running;
    this.interrupt.throwIfAborted();
    if (exitCode === 0) return;
    if (stderr) this.indent(stderr);
    throw new Error(`pulumi ${args[0] ?? ""} failed.`);
  }

  /** The `aws` command, as the account's owner. */
  aws(...args: string[]) {
    return execa("aws", args, this.options());
  }

  showJob({ name, status, conclusion, runner_name: runner }: Job): void {
    const where = runner && conclusion === null ? ` on ${runner}` : "";
    this.say(`    ${marks[conclusion ?? status] ?? " "} ${name.padEnd(32)} ${conclusion ?? status}${where}`);
  }

  /** One of the commands for people, in the folder of the sandbox's copies of the stack files. */
  private async operation(name: string, ...args: string[]) {
    const kubectl = await ensureKubectl(35, this.say);
    const script = join(checkout, "operations", `${name}.ts`);
    const node = ["--require", "ts-node/register/transpile-only"];
    const ended = await execa(process.execPath, [...node, script, ...args, "--kubectl", kubectl], {
      ...this.options(),
      cwd: name === "doctor" ? checkout : this.folder.project().folder,
      reject: name !== "doctor",
    });
    return { stdout: ended.stdout, stderr: ended.stderr, exitCode: ended.exitCode ?? 1 };
  }

  private showEvent(line: string): void {
    if (line.startsWith("{")) linesOf(JSON.parse(line) as EngineEvent).forEach(this.say);
    else if (line.trim() !== "") this.say(`  ${line}`);
  }

  private options() {
    return {
      cwd: checkout,
      env: {
        ...childEnvironment(this.folder, this.state),
        ...processMark(this.folder),
        // Without it, `pulumi preview --json` says nothing until it has ended.
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
      },
      extendEnv: false,
      stdin: "ignore",
      cancelSignal: this.interrupt,
      // The engine ends its plugins first.
      forceKillAfterDelay: 20_000,
    } as const;
  }
}
