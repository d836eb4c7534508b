import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { committedFiles } from "../committed/files";
import { workflowPath } from "../committed/paths";
import { Git } from "../operations/cost/git";
import { Repository } from "../sandbox/github/repository";
import { environments } from "../test/committed/sampleEnvironments";
import { jobOf, parseWorkflow, type Step, type Workflow } from "../test/committed/parsedWorkflow";
import { makeHistory } from "./history";
import { inPullRequest, type PullRequestJob } from "./pullRequest";

/** A monorepo: the services' code and images beside their manifests. */
const history = { commits: 2_000, bytes: 300e6, files: 5_000, changing: 400 };

/** How many times fewer bytes a region's job must fetch than a full clone. */
const leastRatio = 100;

/** The region whose job is measured, and the other jobs that check something out. */
const regionJob = "dryrun-ja-production";
const hostedJobs = ["changes", "watch", "comment"];

/**
 * Counts the bytes that a region's job fetches from the target repository, beside those of a full clone.
 *
 * git's own server serves the repository. The checkouts are those of the committed workflow, in a pull request, as the
 * sandbox's jobs run them: act, with the git commands of actions/checkout. Everything counts that goes over the
 * connection in both directions, but there is no TLS.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-checkout-"));
  try {
    const repository = new Repository(folder, "example-org", "kubernetes-manifests");
    const files = filesOfTarget();
    await makeHistory(repository.path, { ...history, manifests: files });
    await commitTo(repository, "change", "k8s/ja-production/kustomization.yaml");
    await commitTo(repository, "main", "k8s/base/kustomization.yaml");
    console.log(
      `${String(history.commits)} commits, ${inMegabytes(history.bytes)} of history, ` +
        `${String(history.files + Object.keys(files).length)} files in the newest commit`,
    );
    const workflow = parseWorkflow(files[workflowPath] ?? "");
    const ratio = await inPullRequest(folder, repository, (job) => measure(job, workflow, folder));
    await explain(repository, files, workflow);
    if (ratio < leastRatio) {
      console.log(`The job must fetch at least ${String(leastRatio)} times fewer bytes.`);
      process.exitCode = 1;
    }
    console.log(`${ratio.toFixed(1)}x`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints what each checkout fetches. @returns how many times less the region's job fetches than a full clone */
async function measure(job: PullRequestJob, workflow: Workflow, folder: string): Promise<number> {
  const { steps } = jobOf(workflow, regionJob);
  const [change = 0, both = 0] = await bytesOfCheckouts(job, steps);
  const plainCheckout = { uses: steps.find(isCheckout)?.uses };
  const ordinary = await job.bytesOf([plainCheckout]);
  job.wire.take();
  await execa("git", ["clone", "--quiet", "--no-checkout", job.url, join(folder, "clone")]);
  const clone = job.wire.take();

  const row = (what: string, bytes: number) => {
    console.log(`  ${what.padEnd(46)} ${inMegabytes(bytes).padStart(10)} ${times(clone / bytes)}`);
  };
  row("git clone", clone);
  row("actions/checkout without inputs", ordinary);
  row(`${regionJob}: Check out the change`, change);
  row(`${regionJob}: Check out the base`, both - change);
  row(`${regionJob}: together`, both);
  for (const name of hostedJobs) {
    const [bytes = 0] = await bytesOfCheckouts(job, jobOf(workflow, name).steps);
    row(`${name}, on GitHub's runner${name === "changes" ? " (merge group)" : ""}`, bytes);
  }
  console.log(`  The job fetches ${((both / ordinary) * 100).toFixed(2)} % of a checkout without inputs.`);
  return clone / both;
}

/** Bytes up to the end of each checkout of a job, run alone on a fresh machine. */
async function bytesOfCheckouts(job: PullRequestJob, steps: Step[]): Promise<number[]> {
  const sums: number[] = [];
  for (const [index, step] of steps.entries()) {
    // One that only merge groups have is measured all the same.
    const upTo = steps.slice(0, index + 1).filter(isWanted);
    if (isCheckout(step)) sums.push(await job.bytesOf(upTo.map((each) => ({ ...each, if: "always()" }))));
  }
  return sums;
}

function isCheckout({ uses }: Step): boolean {
  return uses?.startsWith("actions/checkout@") ?? false;
}

/** Checkouts, and what they need of the steps before them. */
function isWanted(step: Step): boolean {
  return isCheckout(step) || step.id === "base";
}

/** Prints what there is to fetch: all folders' lists of files, whatever is sparse, and the files that are wanted. */
async function explain(
  repository: Repository,
  files: Record<string, string>,
  workflow: Workflow,
): Promise<void> {
  const git = new Git(repository.path);
  const folders = String(jobOf(workflow, regionJob).steps[0]?.with?.["sparse-checkout"]).trim().split("\n");
  const entries = (await repository.list("main", true)).map(({ type, sha, path }) => ({ type, sha, path }));
  const sizeOf = (wanted: (entry: { type: string; path: string }) => boolean) =>
    git.packSize(entries.filter(wanted).map(({ sha }) => sha));
  const [action = "", ...manifests] = folders;
  const below = (path: string, parents: string[]) => parents.some((parent) => path.startsWith(`${parent}/`));
  console.log("Of that, packed, in one commit:");
  const row = (what: string, bytes: number) => {
    console.log(`  ${what.padEnd(46)} ${inMegabytes(bytes).padStart(10)}`);
  };
  row("lists of all files, fetched whole", await sizeOf(({ type }) => type === "tree"));
  row("the action", await sizeOf(({ type, path }) => type === "blob" && below(path, [action])));
  row("the manifests", await sizeOf(({ type, path }) => type === "blob" && below(path, manifests)));
}

/** The manifests of the sandbox's target repository with the committed files: path -> text. */
function filesOfTarget(): Record<string, string> {
  const folder = join(__dirname, "..", "sandbox", "github", "targetRepository");
  const manifests = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")] as const)
    // Its own workflow is none of this one's jobs.
    .filter(([path]) => !path.startsWith(".github/workflows/"));
  const committed = committedFiles(environments).map(({ path, content }) => [path, content] as const);
  return Object.fromEntries([...manifests, ...committed]);
}

/** Adds a commit to a branch, which is made from `main` if it is not there. */
async function commitTo(repository: Repository, branch: string, path: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const before = await repository.object(ref);
  const parent = before ?? (await repository.object("refs/heads/main")) ?? "";
  const text = await repository.git(["show", `${parent}:${path}`]);
  const person = { name: "bench", email: "bench@example.com", date: "2026-01-01T00:00:00Z" };
  const commit = await repository.commitFile({
    parent,
    path,
    blob: await repository.write(Buffer.from(`${text}\n# Changed.\n`)),
    message: `Change ${path}`,
    author: person,
    committer: person,
  });
  await repository.moveRef(ref, before, commit);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(3)} MB`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(1)}x`.padStart(9);
}

void main();
