import { reviewer } from "../../environment";
import type { SandboxState } from "../../folder";
import { targetRepository } from "../../world";
import { RepositoryApi } from "../repositoryApi";
import { newestRun, type Run, type RunWithJobs } from "../workflowRuns";

/** An environment whose deployment waits for somebody's approval. */
export interface Pending {
  id: number;
  name: string;
}

/** The target repository's releases, as people with a browser see them. */
export class Releases {
  private readonly api: RepositoryApi;

  constructor(state: SandboxState, signal: AbortSignal) {
    this.api = new RepositoryApi(state, signal, targetRepository);
  }

  /** Publishes a release of what the default branch is now. */
  async publish(tag: string, name: string): Promise<void> {
    await this.api.answer("POST", "releases", { tag_name: tag, name });
  }

  /** Text of a release. */
  async text(tag: string): Promise<string> {
    return (await this.api.ask<{ body: string }>("GET", `releases/tags/${tag}`)).body;
  }

  /** The run that a release started: a release's runs have its tag for their branch. */
  run(tag: string): Promise<RunWithJobs | undefined> {
    return newestRun(this.api, "K8s Apply", { event: "release", branch: tag });
  }

  /** Environments that wait for approval (https://docs.github.com/rest/actions/workflow-runs#get-pending-deployments-for-a-workflow-run). */
  async pending({ id }: Run): Promise<Pending[]> {
    const path = `actions/runs/${String(id)}/pending_deployments`;
    const waiting = await this.api.ask<{ environment: Pending }[]>("GET", path);
    return waiting.map(({ environment }) => environment);
  }

  /** Approves a deployment or rejects it, as somebody who did not publish the release. */
  async review({ id }: Run, environment: Pending, state: "approved" | "rejected"): Promise<void> {
    const review = { environment_ids: [environment.id], state, comment: "" };
    await this.api.answer("POST", `actions/runs/${String(id)}/pending_deployments`, review, reviewer.token);
  }

  /** What the jobs of a run wrote into its summary: Markdown, by the names of the jobs. */
  async summaries({ id }: Run): Promise<Map<string, string>> {
    const { owner, name } = targetRepository;
    const page = await fetch(`${this.api.origin}/${owner}/${name}/actions/runs/${String(id)}`);
    const parts = (await page.text()).split(/^# (.+): \w+$/m).slice(1);
    return new Map(
      parts.flatMap((part, index) => (index % 2 === 0 ? [[part, (parts[index + 1] ?? "").trim()]] : [])),
    );
  }
}
