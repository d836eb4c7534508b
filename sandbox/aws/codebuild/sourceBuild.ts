import { execa } from "execa";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import type { BuildAccess } from "../eks/buildAccess";
import type { BuildLog } from "./buildLog";
import { BuildShell } from "./buildShell";
import type { BuildRecord } from "./builds";
import { readBuildspec, type Buildspec, type CommandPhase } from "./buildspec";

/** The GitHub that sources come from: its address, and a token of the connection. */
export interface SourceHost {
  url: string;
  token: string;
}

/** What a machine has. */
export interface MachineSettings {
  /** Those of the build, without the source's. */
  variables: Record<string, string>;
  access: BuildAccess;
  /** Commit of the source, if there is one. */
  version: string | undefined;
  /** Folders with commands of the image. */
  tools: string[];
}

/** A build of a project's own source: a machine with a folder of its own, in which the buildspec's commands run. */
export class SourceBuild {
  private readonly source: string;
  private buildspec: Buildspec | undefined;
  private shell: BuildShell | undefined;

  private constructor(
    private readonly folder: string,
    private readonly record: BuildRecord,
    private readonly host: SourceHost | undefined,
    private readonly log: BuildLog,
    private readonly signal: AbortSignal,
  ) {
    this.source = join(folder, "src");
  }

  static async open(
    record: BuildRecord,
    /** Nothing for a project without source. */
    host: SourceHost | undefined,
    log: BuildLog,
    signal: AbortSignal,
  ): Promise<SourceBuild> {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-build-"));
    for (const name of ["home", "scripts"]) await mkdir(join(folder, name));
    return new SourceBuild(folder, record, host, log, signal);
  }

  /**
   * Clones the source at its version, which may be a commit, a branch or a tag. @returns the commit, if there is a source
   * https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html
   */
  async download(): Promise<string | undefined> {
    const { source, sourceVersion } = this.record.build;
    if (!this.host) {
      await mkdir(this.source);
      this.buildspec = readBuildspec(await this.buildspecText());
      return undefined;
    }
    await this.configureGit(true);
    const git = (...args: string[]) => execa("git", args, { ...this.isolated(), cwd: this.folder });
    const depth = source.gitCloneDepth ? ["--depth", String(source.gitCloneDepth)] : [];
    const inSource = ["-C", this.source];
    await git("clone", "--quiet", ...depth, source.location ?? "", this.source);
    if (sourceVersion) {
      const fetched = await git(...inSource, "fetch", "--quiet", ...depth, "origin", sourceVersion).then(
        () => "FETCH_HEAD",
        () => sourceVersion,
      );
      await git(...inSource, "checkout", "--quiet", "--detach", fetched);
    }
    const { stdout } = await git(...inSource, "rev-parse", "HEAD");
    this.buildspec = readBuildspec(await this.buildspecText());
    await this.configureGit(this.buildspec.gitCredentialHelper);
    return stdout;
  }

  /** Makes the machine ready. */
  begin({ variables, access, version, tools }: MachineSettings): void {
    const { build } = this.record;
    this.shell = new BuildShell({
      shell: this.buildspec?.shell ?? "sh",
      cwd: this.source,
      env: {
        ...this.buildspec?.variables,
        ...variables,
        ...this.machine(),
        ...access.environment,
        PATH: [
          ...tools,
          access.environment.PATH,
          dirname(process.execPath),
          "/usr/local/bin:/usr/bin:/bin",
        ].join(":"),
        CODEBUILD_SRC_DIR: this.source,
        CODEBUILD_SOURCE_VERSION: build.sourceVersion ?? "",
        CODEBUILD_RESOLVED_SOURCE_VERSION: version ?? "",
      },
      scripts: join(this.folder, "scripts"),
      line: (text) => {
        this.log.say(text);
      },
      signal: this.signal,
    });
  }

  /** Runs the commands of a phase until one fails. @returns what AWS shows of the failure */
  async run(phase: CommandPhase): Promise<string | undefined> {
    const { commands = [], finally: last = [] } = this.buildspec?.phases[phase] ?? {};
    const failure = await this.runAll(commands);
    return (await this.runAll(last)) ?? failure;
  }

  /** Whether the build has succeeded so far is a variable: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html */
  async tellFailure(): Promise<void> {
    await this.shell?.run("export CODEBUILD_BUILD_SUCCEEDING=0");
  }

  async close(): Promise<void> {
    this.shell?.close();
    await this.log.flush();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async runAll(commands: string[]): Promise<string | undefined> {
    for (const command of commands) {
      await this.log.write(`Running command ${command}`);
      const code = (await this.shell?.run(command)) ?? 1;
      await this.log.flush();
      if (code !== 0) return `Error while executing command: ${command}. Reason: exit status ${String(code)}`;
    }
    return undefined;
  }

  private async buildspecText(): Promise<string> {
    const { buildspec = "buildspec.yml" } = this.record.build.source;
    const isInPlace = buildspec.includes("\n");
    return isInPlace ? buildspec : readFile(join(this.source, buildspec), "utf8");
  }

  /** Nothing of the person's own git, and GitHub by its name. */
  private isolated() {
    return { extendEnv: false, env: { ...this.machine(), PATH: process.env.PATH } };
  }

  private machine(): Record<string, string> {
    const mark = process.env.SANDBOX_PROCESS_OF;
    return {
      HOME: join(this.folder, "home"),
      LANG: "C.UTF-8",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      ...(mark === undefined ? {} : { SANDBOX_PROCESS_OF: mark }),
    };
  }

  private async configureGit(hasCredentials: boolean): Promise<void> {
    if (!this.host) return;
    const { url, token } = this.host;
    const helper = `!f() { echo username=x-access-token; echo password=${token}; }; f`;
    await writeFile(
      join(this.folder, "home", ".gitconfig"),
      [
        `[url "${url}/"]`,
        "\tinsteadOf = https://github.com/",
        ...(hasCredentials ? ["[credential]", `\thelper = "${helper}"`] : []),
        "",
      ].join("\n"),
    );
  }
}
