import { setTimeout as sleep } from "node:timers/promises";
import { adminKubeconfig } from "../../adminKubeconfig";
import { playWorkloads, type Workloads } from "../../clusters/workloads";
import { reviewer } from "../../environment";
import type { SandboxState } from "../../folder";
import { id } from "../../github/resources";
import { targetRepository } from "../../world";
import { changes } from "../changes";
import type { Page } from "../page";
import { PullRequests } from "../pullRequests";
import { terminalLines } from "../terminalComment";
import type { Tour } from "../tour";
import { WatchedRun } from "../watchedRun";
import type { Run } from "../workflowRuns";
import { Releases, type Pending } from "./releases";

/** The stack that a release is applied to first. */
const canary = "kr-production";

/** The workload that the demo's change rolls out, and that does not get ready where the rollout is broken. */
const changedWorkload = "transfer-worker";

/** Kinds of the demo's manifests that pull requests may not dry-run, and that a release writes. */
const applyKinds = ["secrets", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"];

/** What is shown of releases, and who decides. */
export interface ReleaseTourOptions {
  /** The rollout of the demo's change fails in the canary's cluster. */
  breaksRollout: boolean;
  /** Asks the person at the terminal. */
  confirm: (question: string) => Promise<boolean>;
}

/** From a merged pull request to the clusters: releases, and what people see and decide on the way. */
export class ReleaseTour {
  private readonly releases: Releases;

  constructor(
    private readonly state: SandboxState,
    private readonly tour: Tour,
    private readonly page: Page,
    private readonly say: (line: string) => void,
    private readonly interrupt: AbortSignal,
    private readonly options: ReleaseTourOptions,
  ) {
    this.releases = new Releases(state, interrupt);
  }

  /** The settings by which releases are applied. @param stacks the home stack last */
  async enable(stacks: string[]): Promise<void> {
    const { owner, name } = targetRepository;
    this.tour.title("Releases are applied: off by default");
    for (const stack of stacks)
      await this.tour.set(stack, {
        apply: "enabled",
        applyKinds,
        targetRepositoryId: id(`${owner}/${name}`),
        targetRepositoryOwnerId: id(owner),
      });
    await this.tour.set(stacks.at(-1) ?? "", {
      releaseReviewers: [`user:${String(id(reviewer.login))}`],
      releaseOrder: [canary],
    });
  }

  /** A pull request is reviewed, merged and released; and then the same commit is released once more. */
  async play(stacks: string[]): Promise<void> {
    const workloads = await Promise.all(stacks.map((stack) => this.workloads(stack)));
    try {
      await this.merge();
      await this.releaseWhatWasMerged(stacks);
      if (!this.options.breaksRollout) await this.releaseAgain(stacks);
    } finally {
      for (const each of workloads) each.stop();
    }
  }

  private async workloads(stack: string): Promise<Workloads> {
    const { region } = await this.tour.outputs(stack);
    const fails = ({ metadata }: Record<string, unknown>) =>
      this.options.breaksRollout &&
      stack === canary &&
      (metadata as { name: string }).name === changedWorkload;
    return playWorkloads(await adminKubeconfig(this.state, region), fails);
  }

  private async merge(): Promise<void> {
    const [change] = changes;
    const { number, comment } = await this.tour.pullRequest(change);
    await this.page.add(change.title, comment);
    await new PullRequests(this.state, this.interrupt).merge(number);
    this.say(`  #${String(number)} is merged.`);
  }

  private async releaseWhatWasMerged(stacks: string[]): Promise<void> {
    const tag = "v1.0.0";
    let isShown = false;
    const run = await this.release(tag, "More memory for transfer workers", async (waiting, environment) => {
      if (!isShown) await this.showComparison(waiting);
      isShown = true;
      return this.options.confirm(`  As ${reviewer.login}: apply it to ${environment.name}?`);
    });
    const summaries = await this.releases.summaries(run);
    for (const stack of stacks) {
      const applied = summaries.get(`apply-${stack} / apply`);
      if (applied) this.showMarkdown(`What was applied to ${stack}`, applied);
    }
    const text = await this.releases.text(tag);
    this.showMarkdown(`The text of ${tag} now`, text);
    await this.page.add(`The text of the release ${tag}`, text);
    this.mustEnd(run, this.options.breaksRollout ? "failure" : "success");
  }

  /** Everything is in the clusters: there is nothing left to approve. */
  private async releaseAgain(stacks: string[]): Promise<void> {
    const run = await this.release("v1.0.1", "the same commit once more", async (waiting) => {
      const text = await this.showComparison(waiting);
      const changed = stacks.filter((stack) => !text.includes(`| \`${stack}\` | ✅ no change |`));
      if (changed.length > 0)
        throw new Error(`The dry run says that something changes: ${changed.join(", ")}.`);
      this.say("  No cluster would change.");
      return false;
    });
    // A deployment that is rejected fails its run.
    this.mustEnd(run, "failure");
  }

  /**
   * Publishes a release and sees its run through.
   * @param approves decides for an environment that waits
   */
  private async release(
    tag: string,
    name: string,
    approves: (waiting: Run, environment: Pending) => Promise<boolean>,
  ): Promise<Run> {
    this.tour.title(`A release: ${tag}, ${name}`);
    await this.releases.publish(tag, name);
    const watched = new WatchedRun(this.releases, this.state, tag, (job) => {
      this.tour.showJob(job);
    });
    while ((await watched.look()) !== "over") {
      const run = watched.begun;
      for (const environment of run ? await this.releases.pending(run) : []) {
        const isApproved = await approves(watched.run, environment);
        await this.releases.review(watched.run, environment, isApproved ? "approved" : "rejected");
        this.say(`  ${reviewer.login} ${isApproved ? "approves" : "rejects"} it for ${environment.name}`);
      }
      await sleep(500, undefined, { signal: this.interrupt });
    }
    return watched.run;
  }

  private async showComparison(run: Run): Promise<string> {
    const text = (await this.releases.summaries(run)).get("compare / compare") ?? "";
    this.showMarkdown(`What ${reviewer.login} sees before approving`, text);
    await this.page.add("A release, compared with what was reviewed", text);
    return text;
  }

  private showMarkdown(title: string, markdown: string): void {
    this.say(`\n  ${title}:\n`);
    for (const line of terminalLines(markdown)) this.say(`  | ${line}`);
    this.say("");
  }

  private mustEnd({ conclusion }: Run, wanted: string): void {
    this.say(`  The run ended: ${String(conclusion)}.`);
    if (conclusion !== wanted) throw new Error(`The run should have ended with ${wanted}.`);
  }
}
