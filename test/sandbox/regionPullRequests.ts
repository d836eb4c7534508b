import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { guardText } from "../../committed/guardText";
import { workflowName } from "../../committed/workflow";
import { consolePaths } from "../../sandbox/aws/consolePaths";
import type { JudgedJob } from "../../sandbox/aws/codebuild/judgements";
import { githubToken } from "../../sandbox/environment";
import { readJudgements } from "../../sandbox/judgements";
import type { Sandbox } from "../../sandbox/testing";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { targetRepository } from "../../sandbox/world";
import { clusterOf, regionOf } from "./deployedWorld";

/** Path of the target repository in GitHub's API. */
export const repositoryPath = `/repos/${targetRepository.owner}/${targetRepository.name}`;

/** A job of the committed workflow. */
export interface Job {
  id: number;
  name: string;
  status: string;
  conclusion: string | null;
  runner_name: string | null;
}

/** Pull requests on the manifests of one region of a sandbox, and what becomes of their jobs there. */
export class RegionPullRequests {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly stack: string,
    private readonly clone: string,
  ) {}

  static async on(sandbox: Sandbox, stack: string): Promise<RegionPullRequests> {
    const clone = await mkdtemp(join(tmpdir(), "clone-"));
    await execa("git", ["clone", "--quiet", sandbox.folder.targetRepository(), clone]);
    return new RegionPullRequests(sandbox, stack, clone);
  }

  async remove(): Promise<void> {
    await rm(this.clone, { recursive: true, force: true });
  }

  async gitHub<T>(address: string, body?: object): Promise<T> {
    const response = await this.fetch(address, {
      method: body ? "POST" : "GET",
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${address}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Opens a pull request that changes a Deployment of the region. @returns its number */
  async open(branch: string): Promise<number> {
    const git = (...args: string[]) => execa("git", args, { cwd: this.clone });
    await git("checkout", "--quiet", "-b", branch, "origin/main");
    const file = join(this.clone, "k8s", this.stack, "api.yaml");
    await writeFile(file, `${await readFile(file, "utf8")}# ${branch}\n`);
    await git("-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qam", branch);
    await git("push", "--quiet", "origin", branch);
    const pull = await this.gitHub<{ number: number }>(`${repositoryPath}/pulls`, {
      title: branch,
      head: branch,
      base: "main",
    });
    return pull.number;
  }

  /** Id of the committed workflow's run. */
  runOf(query: string): Promise<number> {
    return until(`a run with ${query}`, async () => {
      const runs = await this.gitHub<{ workflow_runs: { id: number; name: string }[] }>(
        `${repositoryPath}/actions/runs?${query}`,
      );
      return runs.workflow_runs.find(({ name }) => name === workflowName)?.id;
    });
  }

  async jobs(run: number): Promise<Job[]> {
    return (await this.gitHub<{ jobs: Job[] }>(`${repositoryPath}/actions/runs/${String(run)}/jobs`)).jobs;
  }

  async regionJob(run: number): Promise<Job | undefined> {
    return (await this.jobs(run)).find(({ name }) => name.startsWith(`dryrun-${this.stack}`));
  }

  /** The region's job, once it has ended. */
  endedRegionJob(run: number): Promise<Job> {
    return until("the region's job to end", async () => {
      const found = await this.regionJob(run);
      if (found?.conclusion === "skipped") throw new Error("the job was left out");
      return found?.status === "completed" ? found : undefined;
    });
  }

  async judgementOf(job: Job): Promise<JudgedJob | undefined> {
    return (await readJudgements(this.sandbox.state)).find((one) => one.job.id === job.id);
  }

  /** What was decided on a job, once its build has ended. */
  endedBuild(job: Job): Promise<JudgedJob> {
    return until("its build to end", async () => {
      const found = await this.judgementOf(job);
      return found?.build?.status === "IN_PROGRESS" ? undefined : found;
    });
  }

  async logOf({ id }: Job): Promise<string> {
    return (await this.fetch(`${repositoryPath}/actions/jobs/${String(id)}/logs`)).text();
  }

  private fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${githubToken}` };
    return fetch(`http://127.0.0.1:${String(this.sandbox.state.ports.github)}${address}`, {
      ...init,
      headers,
    });
  }
}

/** What a person with rights in a region's cluster does after `pulumi up`. */
export async function installGuard({ state }: Sandbox, stack: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${String(state.ports.aws)}${consolePaths.adminKubeconfig}`, {
    method: "POST",
    body: JSON.stringify({ region: regionOf[stack], clusterName: clusterOf[stack] }),
  });
  const { path: kubeconfig } = (await response.json()) as { path: string };
  const kubectl = await ensureKubectl(35);
  await execa(kubectl, ["--kubeconfig", kubeconfig, "apply", "-f", "-"], { input: guardText({}) });
}

/** Asks until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 300_000;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await setTimeout(500);
  }
  throw new Error(`There was not ${what} after five minutes.`);
}
