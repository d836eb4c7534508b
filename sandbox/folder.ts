import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { targetRepository } from "./world";

/** The folder of the checkout that this file is in. */
export const checkout = resolve(__dirname, "..");

/** What a sandbox remembers between commands, in `sandbox.json`. */
export interface SandboxState {
  /** Process id of the server that was last started. */
  pid?: number;
  /** Where the services last listened, on 127.0.0.1. */
  ports: { aws: number; github: number; pulumiCloud: number };
}

/** The folder that holds everything of one sandbox, and what lies where in it. */
export class SandboxFolder {
  readonly root: string;

  constructor(directory: string) {
    this.root = resolve(directory);
  }

  /** The folder of a sandbox that goes by its name. */
  static named(name: string): SandboxFolder {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
      throw new Error(`--name ${name}: expected small letters, digits and hyphens, such as "default".`);
    return new SandboxFolder(join(checkout, ".sandbox", name));
  }

  readonly bin = () => join(this.root, "bin");
  readonly engine = () => join(this.root, "engine");
  readonly log = () => join(this.root, "log", "server.log");
  readonly pulumiHome = () => join(this.root, "pulumi-home");
  readonly pulumiState = () => join(this.root, "pulumi-state");
  readonly aws = () => join(this.root, "world", "aws");
  readonly github = () => join(this.root, "world", "github");
  readonly pulumiCloud = () => join(this.root, "world", "pulumi-cloud");
  readonly world = () => join(this.root, "world");
  /** What GitHub's hosted machines have: commands, and the folder in which Pulumi is once it is installed. */
  readonly hostedMachine = () => {
    const root = join(this.root, "hosted-machine");
    return { root, bin: join(root, "bin"), pulumi: join(root, "pulumi") };
  };
  /** The tool cache that builds see. */
  readonly toolCache = () => join(this.root, "tool-cache");
  /** Exists once the world has been seeded: a world that was seeded half is made anew. */
  readonly seeded = () => join(this.root, "world", "seeded");
  readonly project = () => ({
    checkout,
    folder: join(this.root, "project"),
    originals: join(this.root, "project", ".originals"),
  });
  /** The bare repository that plays the target repository: what `git clone` takes. */
  readonly targetRepository = () =>
    join(this.github(), targetRepository.owner, `${targetRepository.name}.git`);

  /** What the sandbox remembers; undefined if it was never started. */
  state(): SandboxState | undefined {
    try {
      return JSON.parse(readFileSync(this.stateFile(), "utf8")) as SandboxState;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  remember(state: SandboxState): void {
    mkdirSync(this.root, { recursive: true });
    const temporary = `${this.stateFile()}.${String(process.pid)}`;
    writeFileSync(temporary, `${JSON.stringify(state, undefined, 2)}\n`);
    renameSync(temporary, this.stateFile());
  }

  private readonly stateFile = () => join(this.root, "sandbox.json");
}
