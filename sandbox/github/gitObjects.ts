import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";

/** What git says of an object. */
export interface GitObject {
  sha: string;
  type: string;
  /** Bytes. */
  size: number;
}

interface Question {
  /** Whether the object's bytes follow what git says of it. */
  withContent: boolean;
  answer: (found: GitObject | undefined, content: Buffer) => void;
  fail: (reason: Error) => void;
}

type CatFile = ChildProcessByStdio<Writable, Readable, null>;

const nothing = Buffer.alloc(0);
const byFolder = new Map<string, GitObjects>();

/**
 * Reads the objects of one repository through one `git cat-file` that stays: GitHub's API is mostly questions after objects,
 * and to start a process for each took the sandbox more than to answer it. What others write meanwhile is seen
 * (https://git-scm.com/docs/git-cat-file, "batch output").
 */
export class GitObjects {
  private process: CatFile | undefined;
  private questions: Question[] = [];
  private unread: Buffer[] = [];
  /** Bytes that the next answer has at least. */
  private wanted = 0;

  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * The same for all who ask for the same repository.
   *
   * @param folder the bare repository
   * @param env the environment of git
   */
  static of(folder: string, env: NodeJS.ProcessEnv): GitObjects {
    const known = byFolder.get(folder) ?? new GitObjects(folder, env);
    byFolder.set(folder, known);
    return known;
  }

  /** Another repository may get the folder. */
  end(): void {
    this.process?.stdin.end();
    byFolder.delete(this.folder);
  }

  /** @param revision as git takes it, such as `refs/heads/main^{commit}` */
  find(revision: string): Promise<GitObject | undefined> {
    return this.ask("info", revision).then(({ found }) => found);
  }

  /** @throws {Error} if there is no such object */
  async read(revision: string): Promise<Buffer> {
    const { found, content } = await this.ask("contents", revision);
    if (!found) throw new Error(`There is no object ${revision} in ${this.folder}.`);
    return content;
  }

  private ask(command: "info" | "contents", revision: string) {
    return new Promise<{ found: GitObject | undefined; content: Buffer }>((resolve, fail) => {
      // One question is one line; no ref has a newline in its name.
      if (/[\n\0]/.test(revision)) {
        resolve({ found: undefined, content: nothing });
        return;
      }
      const process = (this.process ??= this.start());
      this.questions.push({
        withContent: command === "contents",
        answer: (found, content) => {
          resolve({ found, content });
        },
        fail,
      });
      keepAlive(process, true);
      process.stdin.write(`${command} ${revision}\n`);
    });
  }

  private start(): CatFile {
    const args = ["--git-dir", this.folder, "cat-file", "--batch-command"];
    const process = spawn("git", args, { env: this.env, stdio: ["pipe", "pipe", "ignore"] });
    process.stdout.on("data", (chunk: Buffer) => {
      this.unread.push(chunk);
      if (sum(this.unread) >= this.wanted) this.answer();
      if (this.questions.length === 0) keepAlive(process, false);
    });
    const end = (reason: Error) => {
      // It comes to its end in more than one event; the next one may have begun.
      if (this.process !== process) return;
      this.process = undefined;
      this.unread = [];
      this.wanted = 0;
      for (const { fail } of this.questions.splice(0)) fail(reason);
    };
    process.on("error", end);
    process.stdin.on("error", end);
    process.on("close", () => {
      end(new Error(`git cat-file has ended, which read ${this.folder}.`));
    });
    return process;
  }

  /** Answers, in their order, the questions whose answers are there in full. */
  private answer(): void {
    for (let question = this.questions[0]; question; question = this.questions[0]) {
      const read = Buffer.concat(this.unread);
      this.unread = [read];
      const lineEnd = read.indexOf("\n");
      if (lineEnd < 0) return;
      const found = objectOf(read.toString("utf8", 0, lineEnd));
      const start = lineEnd + 1;
      const end = start + (question.withContent ? (found?.size ?? 0) : 0);
      // A newline of its own follows the content.
      const next = question.withContent && found ? end + 1 : end;
      this.wanted = read.length < next ? next : 0;
      if (this.wanted > 0) return;
      this.unread = [read.subarray(next)];
      this.questions.shift();
      question.answer(found, read.subarray(start, end));
    }
  }
}

function sum(buffers: Buffer[]): number {
  return buffers.reduce((total, { length }) => total + length, 0);
}

/** `<sha> <type> <size>`; anything else, such as `<revision> missing`, is none. */
function objectOf(line: string): GitObject | undefined {
  const [, sha, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
  return sha !== undefined && type !== undefined ? { sha, type, size: Number(size) } : undefined;
}

/** Whoever has no question open may end: git ends with the pipe. */
function keepAlive(process: CatFile, alive: boolean): void {
  const handles = [process, process.stdin as Socket, process.stdout as Socket];
  for (const handle of handles)
    if (alive) handle.ref();
    else handle.unref();
}
