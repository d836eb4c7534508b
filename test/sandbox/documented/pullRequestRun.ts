import type { Change } from "../../../sandbox/demo/changes";
import { PullRequests } from "../../../sandbox/demo/pullRequests";
import { untilOver, WatchedRun } from "../../../sandbox/demo/watchedRun";
import type { Sandbox } from "../../../sandbox/testing";

/** How a pull request's run ended. */
export interface Ended {
  /** By job, without what the matrix adds. */
  conclusions: Record<string, string | null>;
  comments: string[];
  /** Logs of the jobs that failed, for the message of an assertion. */
  failures: string;
}

const unending = new AbortController().signal;

/** Longer than a workflow waits for a runner. */
const longerThanRunnersTake = 31;

/** The repository as a colleague sees it. */
export function pullRequests(sandbox: Sandbox): PullRequests {
  return new PullRequests(sandbox.state, unending);
}

/**
 * Opens a pull request that gives the transfer workers of all clusters more memory, and waits for its run's end. Where a
 * runner does not come, GitHub's clock is moved on until the workflow gives it up.
 */
export async function runPullRequest(sandbox: Sandbox, branch: string): Promise<Ended> {
  const pulls = pullRequests(sandbox);
  const { number, sha } = await pulls.open(moreMemory(branch));
  const watched = new WatchedRun(pulls, sandbox.state, sha);
  await untilOver([watched], unending, () => pulls.moveClock(longerThanRunnersTake));
  const failed = watched.jobs.filter(({ conclusion }) => conclusion === "failure");
  const logs = await Promise.all(failed.map((job) => pulls.log(job)));
  const ends = watched.jobs.map(({ name, conclusion }) => [name.replace(/ \(.*/, ""), conclusion]);
  return {
    conclusions: Object.fromEntries(ends) as Record<string, string | null>,
    comments: await pulls.comments(number),
    failures: logs.map((log) => log.split("\n").slice(-40).join("\n")).join("\n\n"),
  };
}

/** A change that all clusters are asked about. */
export const moreMemory = (branch: string): Change => ({
  branch,
  title: "Give transfer workers more memory",
  shows: "all regions",
  edits: [
    {
      path: "k8s/base/transfer-worker/deployment.yaml",
      from: "limits:\n              memory: 4Gi",
      to: "limits:\n              memory: 6Gi",
    },
  ],
});
