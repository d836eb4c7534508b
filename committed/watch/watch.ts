import type { GitHub, Job } from "../github/api";
import { failureOf, messageOf } from "../github/failure";
import { isReportedAs } from "../reportedName";
import { longestWatchMinutes } from "./limits";
import { signsOfLife } from "./life";

/** An environment whose job waits for a runner. */
export interface Watched {
  name: string;
  /** Id of its job in the workflow. */
  job: string;
  /** Name of the CodeBuild project whose builds are its runners. */
  project: string;
}

export interface WatchTask {
  github: GitHub;
  /** Id of the run. */
  run: number;
  /** Name of the workflow. */
  workflow: string;
  environments: Watched[];
  /** How long a runner is waited for. */
  runnerStartMinutes: number;
  sleep: (seconds: number) => Promise<void>;
  log: (line: string) => void;
}

/** Seconds between looks, the last one from there on. */
const pauses = [5, 10, 20, 40, 60];

const minute = 60_000;

/** What one look at the run says. */
type Verdict = { kind: "wait" } | { kind: "started" } | { kind: "cancel"; names: string[] };

/** What is known from earlier looks, in milliseconds since 1970. */
interface Memory {
  began?: number;
  /** When a runner of a project was last seen to start a job. */
  lives: Map<string, number>;
}

/**
 * Waits until each environment's job has been started, or is over. Where for some time no job of a project has been
 * started, neither here nor in another run, nobody will come: it lets the others end. Time is GitHub's, never this
 * machine's. A GitHub that does not answer is asked again.
 * @returns names of the environments for which no runner came; the run is to be cancelled if there are any.
 */
export async function watch(task: WatchTask): Promise<string[]> {
  const memory: Memory = { lives: new Map() };
  for (let look = 0; ; look += 1) {
    try {
      const { jobs, now } = await task.github.jobsOf(task.run);
      const verdict = await judge(task, memory, jobs, now);
      if (verdict.kind !== "wait") return verdict.kind === "cancel" ? verdict.names : [];
    } catch (error) {
      await complain(task, error);
    }
    await task.sleep(pauses[look] ?? pauses.at(-1) ?? 60);
  }
}

/** Cancels the run, however often GitHub must be asked. */
export async function cancel(task: Pick<WatchTask, "github" | "run" | "sleep" | "log">): Promise<void> {
  for (let look = 0; ; look += 1) {
    try {
      await task.github.cancelRun(task.run);
      return;
    } catch (error) {
      if (failureOf(error).kind !== "again") throw error;
      await complain(task, error);
    }
    await task.sleep(pauses[look] ?? pauses.at(-1) ?? 60);
  }
}

async function complain({ sleep, log }: Pick<WatchTask, "sleep" | "log">, error: unknown): Promise<void> {
  const failure = failureOf(error);
  log(`::warning::GitHub answers ${messageOf(error)}. It is asked again.`);
  if (failure.kind === "again" && failure.seconds) await sleep(Math.min(failure.seconds, 600));
}

async function judge(task: WatchTask, memory: Memory, jobs: Job[], now: number): Promise<Verdict> {
  memory.began ??= now;
  const { environments, runnerStartMinutes } = task;
  const jobOf = ({ job }: Watched) => jobs.find(({ name }) => isReportedAs(name, job));
  const waiting = environments.filter((environment) => !isTaken(jobOf(environment)));
  if (waiting.length === 0) return { kind: "started" };

  const window = runnerStartMinutes * minute;
  const since = (environment: Watched) =>
    Math.max(jobOf(environment)?.queuedAt ?? memory.began ?? now, memory.lives.get(environment.project) ?? 0);
  const late = waiting.filter((environment) => now - since(environment) >= window);
  if (late.length > 0) {
    const projects = late.map(({ project }) => project);
    const lives = await signsOfLife(task, projects, now - window);
    for (const [project, time] of lives) memory.lives.set(project, time);
  }
  const isOver = now - memory.began >= longestWatchMinutes * minute;
  const lost = isOver ? waiting : late.filter((environment) => now - since(environment) >= window);
  const others = environments.filter((environment) => !lost.includes(environment));
  const areOthersOver = others.every((environment) => jobOf(environment)?.status === "completed");
  return lost.length > 0 && (areOthersOver || isOver)
    ? { kind: "cancel", names: lost.map(({ name }) => name) }
    : { kind: "wait" };
}

/** Whether a job needs no runner any more. */
function isTaken(job: Job | undefined): boolean {
  return job?.status === "in_progress" || job?.status === "completed";
}
