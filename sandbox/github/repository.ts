import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type GitOutcome, runGit } from "./gitCommand";
import { type GitObject, GitObjects } from "./gitObjects";
import { entriesOf, listedEntries, type TreeEntry } from "./gitTree";

/** Author or committer of a commit. */
export interface Person {
  name: string;
  email: string;
  /** ISO 8601; now when absent. */
  date?: string;
}

/** A commit that changes one file. */
export interface FileChange {
  /** Commit that the change was made on. */
  parent: string;
  path: string;
  /** The new blob; absent when the file is deleted. */
  blob?: string;
  message: string;
  author: Person;
  committer: Person;
}

/** The branch was not where the writer had read it. */
export class RefMoved extends Error {}

/** The path cannot be written, for instance because one of its folders is a file. */
export class UnwritablePath extends Error {}

/** What GitHub keeps of a repository beside its git. */
interface Facts {
  /** GitHub's id. @default made from the name */
  id?: number;
  archived?: boolean;
}

/** A bare git repository, read and written by git's plumbing. */
export class Repository {
  private readonly folder: string;

  /** @param directory holds `<owner>/<name>.git` */
  constructor(
    directory: string,
    readonly owner: string,
    readonly name: string,
  ) {
    this.folder = join(directory, owner, `${name}.git`);
  }

  /** @param fullName `owner/name` */
  static named(directory: string, fullName: string): Repository {
    const [owner = "", name = ""] = fullName.split("/");
    return new Repository(directory, owner, name);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** What `git clone` takes. */
  get path(): string {
    return this.folder;
  }

  exists(): boolean {
    return existsSync(join(this.folder, "HEAD"));
  }

  get facts(): Facts {
    const file = join(this.folder, "github.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Facts) : {};
  }

  set facts(facts: Facts) {
    writeFileSync(join(this.folder, "github.json"), JSON.stringify(facts));
  }

  /** Gives it another name. This object keeps the old one. */
  rename(directory: string, name: string): Repository {
    const renamed = new Repository(directory, this.owner, name);
    this.objects.end();
    renameSync(this.folder, renamed.folder);
    return renamed;
  }

  /** Makes the empty repository. */
  async init(defaultBranch: string): Promise<void> {
    await this.git(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, this.folder]);
    // Concurrent writers of one branch wait for each other's lock and then fail by comparison, as on GitHub.
    await this.git(["config", "core.filesRefLockTimeout", "10000"]);
  }

  /** Read without a process of git: each delivery to a webhook asks for it. */
  async defaultBranch(): Promise<string> {
    const head = await readFile(join(this.folder, "HEAD"), "utf8");
    return head.trim().replace("ref: refs/heads/", "");
  }

  /** Commit that a branch, a tag, a full ref or a sha names. */
  async commit(ref: string): Promise<string | undefined> {
    // No branch or tag is called so:
    // https://docs.github.com/get-started/using-git/dealing-with-special-characters-in-branch-and-tag-names
    if (/^[0-9a-f]{40}$/.test(ref)) return this.object(`${ref}^{commit}`);
    return (
      (await this.object(`refs/heads/${ref}^{commit}`)) ??
      (await this.object(`refs/tags/${ref}^{commit}`)) ??
      (await this.object(`${ref}^{commit}`))
    );
  }

  /** Sha of what a git revision names. */
  async object(revision: string): Promise<string | undefined> {
    return (await this.find(revision))?.sha;
  }

  find(revision: string): Promise<GitObject | undefined> {
    return this.objects.find(revision);
  }

  read(blob: string): Promise<Buffer> {
    return this.objects.read(blob);
  }

  async write(content: Buffer): Promise<string> {
    return this.git(["hash-object", "-w", "--stdin"], { input: content });
  }

  /** Writes blobs of files that lie elsewhere, and returns their shas in the same order. */
  async writeFiles(paths: string[]): Promise<string[]> {
    const args = ["hash-object", "-w", "--no-filters", "--stdin-paths"];
    return (await this.git(args, { input: paths.join("\n") })).split("\n");
  }

  /** Entries of a tree: of the folder itself, or of everything below it. */
  async list(tree: string, recursive = false): Promise<TreeEntry[]> {
    return listedEntries(
      await this.git(["ls-tree", "-z", "--long", ...(recursive ? ["-r", "-t"] : []), tree]),
    );
  }

  /** The entry at a path of a commit. */
  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    let tree = await this.object(`${commit}^{tree}`);
    let found: TreeEntry | undefined;
    for (const name of path.split("/")) {
      if (tree === undefined) return undefined;
      const folder = found?.path ?? "";
      const wanted = folder === "" ? name : `${folder}/${name}`;
      found = entriesOf(await this.read(tree), folder).find((entry) => entry.path === wanted);
      tree = found?.type === "tree" ? found.sha : undefined;
    }
    return found?.type === "blob" ? { ...found, size: (await this.find(found.sha))?.size } : found;
  }

  /** Writes the commit object; no branch points to it yet. */
  async commitFile(change: FileChange): Promise<string> {
    const index = join(this.folder, `index-${randomUUID()}`);
    try {
      const env = { GIT_INDEX_FILE: index };
      await this.git(["read-tree", change.parent], { env });
      if (change.blob === undefined) {
        // Mode 0 removes; --force-remove would need a work tree.
        const input = `0 ${"0".repeat(40)}\t${change.path}\0`;
        await this.git(["update-index", "-z", "--index-info"], { env, input });
      } else {
        const mode = (await this.entry(change.parent, change.path))?.mode ?? "100644";
        const cacheInfo = `${mode},${change.blob},${change.path}`;
        const { exitCode, errors } = await this.run(["update-index", "--add", "--cacheinfo", cacheInfo], {
          env,
        });
        if (exitCode !== 0) throw new UnwritablePath(errors);
      }
      const tree = await this.git(["write-tree"], { env });
      return await this.commitTree(tree, [change.parent], change);
    } finally {
      rmSync(index, { force: true });
    }
  }

  /** Writes the tree that holds exactly these files. */
  async writeTree(files: { path: string; blob: string }[]): Promise<string> {
    const index = join(this.folder, `index-${randomUUID()}`);
    try {
      const env = { GIT_INDEX_FILE: index };
      const input = files.map(({ path, blob }) => `100644 ${blob}\t${path}\0`).join("");
      await this.git(["update-index", "-z", "--index-info"], { env, input });
      return await this.git(["write-tree"], { env });
    } finally {
      rmSync(index, { force: true });
    }
  }

  async commitTree(
    tree: string,
    parents: string[],
    { message, author, committer }: Pick<FileChange, "message" | "author" | "committer">,
  ): Promise<string> {
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
    return this.git(args, {
      input: message,
      env: { ...identity("AUTHOR", author), ...identity("COMMITTER", committer) },
    });
  }

  /**
   * Moves a ref by compare and swap.
   *
   * @param ref full name, such as `refs/heads/main`
   * @param from the commit that the ref must be at; undefined if it must not exist
   * @throws {RefMoved} if it is elsewhere
   */
  async moveRef(ref: string, from: string | undefined, to: string): Promise<void> {
    const { exitCode, errors } = await this.run(["update-ref", ref, to, from ?? "0".repeat(40)]);
    if (exitCode !== 0) throw new RefMoved(errors);
  }

  /** @throws {RefMoved} if the ref is not at `from` */
  async deleteRef(ref: string, from: string): Promise<void> {
    const { exitCode, errors } = await this.run(["update-ref", "-d", ref, from]);
    if (exitCode !== 0) throw new RefMoved(errors);
  }

  /** Tree of the two commits merged, written; undefined if they are in conflict. */
  async mergeTree(one: string, other: string): Promise<string | undefined> {
    const output = await this.tryGit(["merge-tree", "--write-tree", one, other]);
    return output?.split("\n")[0];
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.run(["merge-base", "--is-ancestor", ancestor, descendant])).exitCode === 0;
  }

  async isRefName(ref: string): Promise<boolean> {
    return (await this.tryGit(["check-ref-format", ref])) !== undefined;
  }

  /**
   * Standard output of a git command, without the last newline.
   *
   * @throws {Error} with what git said, if it failed
   */
  async git(args: string[], options: GitOptions = {}): Promise<string> {
    const { exitCode, output, errors } = await this.run(args, options);
    if (exitCode === 0) return withoutLastNewline(output);
    throw new Error(`git ${args.join(" ")} failed with exit code ${String(exitCode)}: ${errors}`);
  }

  private get objects(): GitObjects {
    return GitObjects.of(this.folder, environment());
  }

  private async tryGit(args: string[]): Promise<string | undefined> {
    const { exitCode, output } = await this.run(args);
    return exitCode === 0 ? withoutLastNewline(output) : undefined;
  }

  private run(args: string[], { env, input }: GitOptions = {}): Promise<GitOutcome> {
    return runGit({
      args: this.exists() ? ["--git-dir", this.folder, ...args] : args,
      env: { ...environment(), ...env },
      input,
    });
  }
}

function withoutLastNewline(text: string): string {
  return text.replace(/\n$/, "");
}

/** Nothing of the person's own git configuration, and nothing of a git command that may be running this one. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
}

interface GitOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** All repositories below the directory, in order of their names. */
export function repositories(directory: string): Repository[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((owner) => owner.isDirectory())
    .flatMap((owner) =>
      readdirSync(join(directory, owner.name))
        .filter((folder) => folder.endsWith(".git"))
        .map((folder) => new Repository(directory, owner.name, folder.slice(0, -".git".length))),
    );
}

function identity(role: "AUTHOR" | "COMMITTER", { name, email, date }: Person): Record<string, string> {
  return {
    [`GIT_${role}_NAME`]: name,
    [`GIT_${role}_EMAIL`]: email,
    [`GIT_${role}_DATE`]: date ?? new Date().toISOString(),
  };
}
