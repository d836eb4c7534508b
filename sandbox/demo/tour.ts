import { execa } from "execa";
import { childEnvironment } from "../environment";
import { checkout, type SandboxFolder, type SandboxState } from "../folder";
import { processMark } from "../processes";
import { linesOf, type EngineEvent } from "./events";

const workflow = ".github/workflows/k8s-dryrun.yml";

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

  /** The outputs of a stack. */
  async showOutputs(stack: string): Promise<void> {
    this.title(`pulumi stack output -s ${stack}`);
    this.indent((await this.pulumi("stack", "output", "--stack", stack)).stdout);
  }

  /** Sets a value in the sandbox's copy of the stack file. */
  async set(stack: string, path: string, value: string): Promise<void> {
    this.say(`pulumi config set --path '${path}' ${value} -s ${stack}`);
    await this.pulumi("config", "set", "--path", path, value, "--stack", stack);
  }

  /** `pulumi preview` on a stack. */
  async preview(stack: string): Promise<void> {
    this.title(`pulumi preview -s ${stack}`);
    await this.pulumiEvents("preview", "--stack", stack);
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
