import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxState } from "../folder";
import { readJudgements } from "../judgements";
import { regions } from "../world";
import type { Job, Run, RunWithJobs } from "./workflowRuns";

/** Milliseconds without news after which nobody has heard of a job that waits for a runner. */
const unheardAfter = 12_000;

/** Where runs can be looked up. */
export interface Runs {
  /** @param of what started the run: a commit, or the tag of a release */
  run(of: string): Promise<RunWithJobs | undefined>;
}

/** A run that somebody waits for. */
export class WatchedRun {
  private readonly known = new Map<number, string>();
  private lastNews = Date.now();
  private seen: RunWithJobs | undefined;

  /** @param onJob hears of each job when its state changes */
  constructor(
    private readonly runs: Runs,
    private readonly state: SandboxState,
    private readonly of: string,
    private readonly onJob: (job: Job) => void = () => undefined,
  ) {}

  /** Looks at it. In a run that is `stuck` nothing moves any more: its jobs wait for runners that will not come. */
  async look(): Promise<"running" | "stuck" | "over"> {
    this.seen = await this.runs.run(this.of);
    const { run, jobs } = this.seen ?? { jobs: [] };
    for (const job of jobs) this.notice(job);
    if (run?.status === "completed") return "over";
    const open = jobs.filter((job) => isForCodeBuild(job) && job.status !== "completed");
    const isWaiting = open.length > 0 && open.every(({ status }) => status === "queued");
    return isWaiting && (await this.areAbandoned(open)) ? "stuck" : "running";
  }

  /** As it was at the last look; undefined while there is none. */
  get begun(): Run | undefined {
    return this.seen?.run;
  }

  /** As it was at the last look. @throws Error if there was none */
  get run(): Run {
    return this.last.run;
  }

  get jobs(): Job[] {
    return this.last.jobs;
  }

  private get last(): RunWithJobs {
    if (!this.seen) throw new Error(`There is no run of ${this.of}.`);
    return this.seen;
  }

  private notice(job: Job): void {
    const state = job.conclusion ?? job.status;
    if (this.known.get(job.id) === state) return;
    this.known.set(job.id, state);
    this.lastNews = Date.now();
    this.onJob(job);
  }

  /** Whether no build runs for the jobs, and no further project can hear of them. */
  private async areAbandoned(jobs: Job[]): Promise<boolean> {
    const isUnheard = Date.now() - this.lastNews > unheardAfter;
    const judgements = await readJudgements(this.state);
    return jobs.every(({ id }) => {
      const own = judgements.filter(({ job }) => job.id === id);
      const isBuilt = own.some(({ build }) => build?.status === "IN_PROGRESS");
      return !isBuilt && (own.length >= regions.length || isUnheard);
    });
  }
}

function isForCodeBuild({ labels }: Job): boolean {
  return labels.some((label) => label.startsWith("codebuild-"));
}

/**
 * Waits until runs are over.
 * @param onStuck hears once that none of them moves any more, and which of them wait for runners
 */
export async function untilOver(
  runs: WatchedRun[],
  signal: AbortSignal,
  onStuck: (stuck: WatchedRun[]) => Promise<void>,
): Promise<void> {
  for (let isTold = false; ;) {
    const states = await Promise.all(runs.map((run) => run.look()));
    if (states.every((state) => state === "over")) return;
    if (!isTold && !states.includes("running")) {
      isTold = true;
      await onStuck(runs.filter((_, index) => states[index] === "stuck"));
    }
    await sleep(500, undefined, { signal });
  }
}
