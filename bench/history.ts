import { createCipheriv } from "node:crypto";
import { once } from "node:events";
import { execa } from "execa";

/** How a repository for a bench is made. */
export interface History {
  /** Commits on the branch `main`. */
  commits: number;
  /** Size of all versions of all files, in bytes. They do not compress, as images and archives do not. */
  bytes: number;
  /** Files in each commit's tree that are no manifests. */
  files: number;
  /** How many of these are large, and changed: each commit writes one of them anew, in turn. */
  changing: number;
  /** Files that are in the first commit as well: path -> text. */
  manifests: Record<string, string>;
}

/** Size of a file that no commit changes, in bytes: that of a source file. */
const smallFileBytes = 2_000;

/**
 * Makes a bare repository with a long and large history, the same bytes every time.
 * @throws the error of git
 */
export async function makeHistory(repository: string, history: History): Promise<void> {
  await execa("git", ["init", "--quiet", "--bare", "--initial-branch=main", repository]);
  const git = execa("git", ["fast-import", "--quiet"], {
    cwd: repository,
    stdin: "pipe",
    encoding: "buffer",
  });
  const input = git.stdin;
  for (const piece of pieces(history)) if (!input.write(piece)) await once(input, "drain");
  input.end();
  await git;
}

/** The stream that git fast-import reads. */
function* pieces({ commits, bytes, files, changing, manifests }: History): Generator<string | Buffer> {
  const noise = makeNoise();
  const largeFileBytes = Math.floor((bytes - (files - changing) * smallFileBytes) / commits);
  for (let commit = 0; commit < commits; commit += 1) {
    yield (
      "commit refs/heads/main\n" +
      `committer bench <bench@example.com> ${String(1_700_000_000 + commit * 3600)} +0000\n` +
      text(`Commit ${String(commit + 1)}`)
    );
    if (commit === 0) {
      for (const [path, content] of Object.entries(manifests)) {
        yield `M 100644 inline ${path}\n${text(content)}`;
      }
      for (let file = changing; file < files; file += 1) yield* change(file, noise(smallFileBytes));
    }
    yield* change(commit % changing, noise(largeFileBytes));
  }
}

/** A file in one of 140 folders, two below the root, as a repository of many services has them. */
function* change(file: number, content: Buffer): Generator<string | Buffer> {
  const path = `services/service-${String(file % 20)}/part-${String(file % 7)}/file-${String(file)}.bin`;
  yield `M 100644 inline ${path}\ndata ${String(content.length)}\n`;
  yield content;
  yield "\n";
}

function text(content: string): string {
  return `data ${String(Buffer.byteLength(content))}\n${content}\n`;
}

/** Makes bytes that nothing compresses: the key stream of a cipher. */
function makeNoise(): (size: number) => Buffer {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  return (size) => cipher.update(Buffer.alloc(size));
}
