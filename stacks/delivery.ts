import * as github from "@pulumi/github";
import { parse } from "yaml";
import type { CommittedFile } from "../committed/files";
import { gateCheckName } from "../committed/gateJob";
import { workflowPath } from "../committed/paths";
import {
  furtherBranch,
  headBranch,
  isBranchOf,
  notDelivered,
  pullRequestFiles,
  type Blobs,
} from "./deliveryPlan";
import { lookupProblem } from "./lookup";
import { refusal } from "./refusal";
import type { Settings } from "./settings";

/** What the target repository has of the committed files, and what is missing. */
export interface Delivery {
  defaultBranch: string;
  /** Those of the files that are on the default branch, as they are wanted or otherwise. */
  onDefaultBranch: CommittedFile[];
  /** Whether the workflow on the default branch reports the check. */
  hasGate: boolean;
  /** What is missing there, as a pull request; none if nothing is. */
  pullRequest?: {
    headBranch: string;
    /** Number of the one that is open for the branch. */
    openNumber?: number;
    files: CommittedFile[];
  };
}

/**
 * Looks at the target repository for `delivery: pullRequest`, where people decide when something gets in.
 * @throws {pulumi.RunError} naming what could not be looked up, with what to do
 */
export async function lookAtDelivery(
  { targetRepository, runnerGroup }: Settings,
  files: CommittedFile[],
  provider: github.Provider,
): Promise<Delivery> {
  const look = new Look(targetRepository.owner, targetRepository.name, provider);
  const defaultBranch = await look.defaultBranch();
  const base = await look.blobs(await look.head(defaultBranch), files);
  const onDefaultBranch = files.filter(({ path }) => base.has(path));
  const hasGate =
    base.has(workflowPath) &&
    reportsGate(await look.text(workflowPath, defaultBranch), runnerGroup !== undefined);
  if (notDelivered(files, base).length === 0) return { defaultBranch, onDefaultBranch, hasGate };

  const branch = headBranch(files, base);
  const open = await look.openPullRequest(branch, defaultBranch);
  const head = open && (await look.blobs(open.headSha, files));
  return {
    defaultBranch,
    onDefaultBranch,
    hasGate,
    pullRequest: {
      headBranch: open?.headRef ?? (await look.unusedBranch(branch, defaultBranch)),
      ...(open === undefined ? {} : { openNumber: open.number }),
      files: pullRequestFiles(files, base, head),
    },
  };
}

/** Whether a workflow has the job whose check is to be required, under the name that it has where it is called or is not. */
function reportsGate(text: string, isCalled: boolean): boolean {
  const { on, jobs = {} } = (parse(text) ?? {}) as {
    on?: unknown;
    jobs?: Record<string, { name?: string } | null>;
  };
  if ((on === "workflow_call") !== isCalled) return false;
  return Object.values(jobs).some((job) => job?.name === gateCheckName);
}

/** GitHub's answers about one repository. */
class Look {
  constructor(
    private readonly owner: string,
    private readonly repository: string,
    private readonly provider: github.Provider,
  ) {}

  async defaultBranch(): Promise<string> {
    const lookup = github.getRepository({ name: this.repository }, this.options());
    return (await this.found("the default branch", lookup)).defaultBranch;
  }

  /** The commit that a branch is at. */
  async head(branch: string): Promise<string> {
    const lookup = github.getBranch({ repository: this.repository, branch }, this.options());
    return (await this.found(`the branch ${branch}`, lookup)).sha;
  }

  async text(file: string, branch: string): Promise<string> {
    const { repository } = this;
    const lookup = github.getRepositoryFile({ repository, file, branch }, this.options());
    return (await this.found(`the file ${file}`, lookup)).content;
  }

  /**
   * What a commit has of the files. Folder by folder: GitHub cuts the tree of a large repository, and the function that
   * reads one file does not say that there is none.
   */
  async blobs(commit: string, files: CommittedFile[]): Promise<Blobs> {
    const root = await this.tree(commit);
    const folders = new Set(files.map(({ path }) => path.split("/", 1)[0]));
    const blobs = new Map<string, string>();
    for (const { path: folder, type: kind, sha } of root.entries) {
      if (kind !== "tree" || !folders.has(folder)) continue;
      const tree = await this.tree(sha, true);
      for (const { path, type, sha: blob } of tree.entries)
        if (type === "blob") blobs.set(`${folder}/${path}`, blob);
    }
    return blobs;
  }

  /** The newest open pull request over the same base. */
  async openPullRequest(branch: string, baseRef: string) {
    const { results } = await this.pullRequests({ baseRef, state: "open" });
    return results
      .filter(({ headOwner, headRef }) => headOwner === this.owner && isBranchOf(branch, headRef))
      .sort((one, other) => one.number - other.number)
      .at(-1);
  }

  /** The first name under which no pull request has been closed. */
  async unusedBranch(branch: string, baseRef: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const name = furtherBranch(branch, attempt);
      const headRef = `${this.owner}:${name}`;
      const { results } = await this.pullRequests({ baseRef, headRef, state: "closed" });
      if (results.length === 0) return name;
    }
  }

  private tree(treeSha: string, recursive = false) {
    const { repository } = this;
    return this.found("the files", github.getTree({ repository, treeSha, recursive }, this.options()));
  }

  private pullRequests(filter: { baseRef: string; headRef?: string; state: string }) {
    const baseRepository = this.repository;
    const lookup = github.getRepositoryPullRequests({ baseRepository, ...filter }, this.options());
    return this.found("the pull requests", lookup);
  }

  private async found<T>(what: string, lookup: Promise<T>): Promise<T> {
    try {
      return await lookup;
    } catch (error) {
      const place = `${what} of GitHub repository ${this.owner}/${this.repository}`;
      const help = "Mend what the message says, or wait a minute. Then run the same command again.";
      throw refusal(lookupProblem(place, error, help));
    }
  }

  private options() {
    return { provider: this.provider };
  }
}
