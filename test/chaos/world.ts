import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { existsSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { startMoto, type Moto } from "../../sandbox/aws/moto";
import { seedAws } from "../../sandbox/aws/seed";
import { startAws, type Aws } from "../../sandbox/aws/server";
import { copyWorld } from "../../sandbox/copyWorld";
import { childEnvironment, githubApp, githubToken } from "../../sandbox/environment";
import { checkout, SandboxFolder } from "../../sandbox/folder";
import { protectDefaultBranch, seedTargetRepository } from "../../sandbox/github/seed";
import { Repository } from "../../sandbox/github/repository";
import { startGitHub, type GitHub } from "../../sandbox/github/server";
import { install } from "../../sandbox/lifecycle";
import { processesOf, processMark } from "../../sandbox/processes";
import type { Outcome } from "../../sandbox/testing";
import { accountId, connectionArn, regions, targetRepository } from "../../sandbox/world";
import { Interference } from "./interference";

/** Folder of a `gh` that the sandbox's GitHub understands. */
const gh = join(__dirname, "../sandbox/documented/gh");

/**
 * A sandbox of which the services run in this process, so that a test can stand between them and the engine, and whose
 * whole state can be kept and brought back: AWS, GitHub, Pulumi's state and the stack files.
 */
export class World {
  readonly interference = new Interference();
  readonly folder: SandboxFolder;
  private running: { aws: Aws; github: GitHub } | undefined;
  /** Lives on while the rest of AWS is started anew. */
  private moto: Moto | undefined;
  private ports = { aws: 0, github: 0, pulumiCloud: 0 };

  private constructor(
    directory: string,
    private readonly kept: string,
    private readonly python: string,
  ) {
    this.folder = new SandboxFolder(directory);
  }

  /**
   * Installs engine, plugins and stacks in a folder.
   *
   * @param kept folder of the kept worlds, which several worlds may share
   */
  static async install(directory: string, kept: string): Promise<World> {
    const { python } = await install(new SandboxFolder(directory), () => undefined);
    return new World(directory, kept, python.python);
  }

  /** Starts the services. A fresh world is seeded. */
  async start(): Promise<void> {
    const { folder, interference } = this;
    const fresh = !existsSync(folder.seeded());
    if (fresh) await seedTargetRepository({ directory: folder.github(), ...targetRepository });
    const github = await startGitHub({
      directory: folder.github(),
      port: this.ports.github,
      token: githubToken,
      app: githubApp,
      between: interference.github,
    });
    if (fresh) await protectDefaultBranch(folder.github());
    await mkdir(folder.aws(), { recursive: true });
    if (this.moto) await this.moto.reload();
    else this.moto = await startMoto({ directory: folder.aws(), python: this.python });
    const aws = await startAws({
      moto: this.moto,
      directory: folder.aws(),
      port: this.ports.aws,
      python: this.python,
      // The lag of IAM is one of the faults.
      policyLagSeconds: 0,
      github: { url: `http://127.0.0.1:${String(github.port)}`, token: githubToken },
      between: interference.aws,
    });
    this.running = { aws, github };
    this.ports = { ...this.ports, aws: aws.port, github: github.port };
    if (!fresh) return;
    await seedAws({ endpoint: this.endpoint(), regions, accountId, connectionArn });
    await writeFile(folder.seeded(), "");
  }

  /** Stops the services, for good. */
  async stop(): Promise<void> {
    await this.rest();
    await this.moto?.stop();
    this.moto = undefined;
  }

  private async rest(): Promise<void> {
    await this.running?.aws.stop();
    await this.running?.github.stop();
    this.running = undefined;
  }

  /** Address of AWS. */
  endpoint(): string {
    return `http://127.0.0.1:${String(this.ports.aws)}`;
  }

  /** Operations that nobody could answer: they would make a case worthless. */
  unknownRoutes(): readonly string[] {
    return this.running?.aws.unknownRoutes ?? [];
  }

  /** Keeps everything under a name. The services rest meanwhile. */
  async keep(name: string): Promise<void> {
    await this.rest();
    await copyWorld(this.folder.root, join(this.kept, name));
    await this.start();
  }

  /** Brings back what was kept under a name. */
  async restore(name: string): Promise<void> {
    await this.rest();
    await copyWorld(join(this.kept, name), this.folder.root);
    await this.start();
  }

  /** Runs a command as a person would, in the checkout; `pulumi` asks no questions. */
  async run(command: string, args: string[]): Promise<Outcome> {
    const ended = await execa(command, args, {
      cwd: checkout,
      env: this.environment(),
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    const { exitCode = 137, stdout, stderr, all } = ended;
    return { exitCode, stdout, stderr, all };
  }

  pulumi(stack: string, ...args: string[]): Promise<Outcome> {
    return this.run("pulumi", [...args, "--non-interactive", "--stack", stack]);
  }

  /** Runs git in the bare repository that plays the target repository. */
  async git(...args: string[]): Promise<string> {
    return (await execa("git", args, { cwd: this.folder.targetRepository() })).stdout;
  }

  /** Commits a file to the repository's default branch, as somebody else. */
  async commit(path: string, text: string, message: string): Promise<void> {
    const { owner, name, defaultBranch } = targetRepository;
    const repository = new Repository(this.folder.github(), owner, name);
    const branch = `refs/heads/${defaultBranch}`;
    const parent = (await repository.object(branch)) ?? "";
    const blob = await repository.write(Buffer.from(text));
    const person = { name: "Somebody", email: "somebody@example.org" };
    const made = await repository.commitFile({
      parent,
      path,
      blob,
      message,
      author: person,
      committer: person,
    });
    await repository.moveRef(branch, parent, made);
  }

  /** What GitHub lists below the target repository, such as `hooks`. */
  async listed<Item>(path: string): Promise<Item[]> {
    const { owner, name } = targetRepository;
    const address = `http://127.0.0.1:${String(this.ports.github)}/repos/${owner}/${name}/${path}`;
    const response = await fetch(address, { headers: { authorization: `Bearer ${githubToken}` } });
    if (!response.ok) throw new Error(`${path} of the target repository: ${await response.text()}`);
    return (await response.json()) as Item[];
  }

  /** Kills the engine, as `kill -9` does: it saves nothing, and its plugins go after it. */
  killEngine(): void {
    for (const pid of processesOf(this.folder)) {
      if (basename(executable(pid)) === "pulumi") process.kill(pid, "SIGKILL");
    }
  }

  /** Waits until no process of the engine is left. */
  async quiet(): Promise<void> {
    while (processesOf(this.folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** The stack's resources as Pulumi knows them. */
  async state(stack: string): Promise<PulumiState> {
    const file = join(this.folder.pulumiState(), ".pulumi", "stacks", "eks-dryrun-runner", `${stack}.json`);
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as {
      checkpoint: { latest: Partial<PulumiState> | null };
    };
    const { resources = [], pending_operations = [] } = checkpoint.latest ?? {};
    return { resources, pending_operations };
  }

  /** Locks of stacks that a killed engine left behind. */
  async locks(): Promise<string[]> {
    const folder = join(this.folder.pulumiState(), ".pulumi", "locks");
    return existsSync(folder)
      ? (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".json"))
      : [];
  }

  private environment(): NodeJS.ProcessEnv {
    const environment = childEnvironment(this.folder, { ports: this.ports });
    return {
      ...environment,
      PATH: `${gh}:${environment.PATH ?? ""}`,
      ...processMark(this.folder),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
  }
}

/** A stack's state, as far as it is looked at. */
export interface PulumiState {
  resources: PulumiResource[];
  pending_operations: unknown[];
}

export interface PulumiResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  [key: string]: unknown;
}

function executable(pid: number): string {
  try {
    return readlinkSync(`/proc/${String(pid)}/exe`);
  } catch {
    return "";
  }
}
