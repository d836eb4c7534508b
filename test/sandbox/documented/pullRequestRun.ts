import { setTimeout as sleep } from "node:timers/promises";
import type { Change } from "../../../sandbox/demo/changes";
import { PullRequests } from "../../../sandbox/demo/pullRequests";
import type { Sandbox } from "../../../sandbox/testing";

/** How a pull request's run ended. */
export interface Ended {
  /** By job, without what the matrix adds. */
  conclusions: Record<string, string | null>;
  comments: string[];
  /** Logs of the jobs that failed, for the message of an assertion. */
  failures: string;
}

/** Opens a pull request that gives the transfer workers of all clusters more memory, and waits for its run's end. */
export async function runPullRequest(sandbox: Sandbox, branch: string): Promise<Ended> {
  const pulls = new PullRequests(sandbox.state, new AbortController().signal);
  const { number, sha } = await pulls.open(moreMemory(branch));
  for (;;) {
    const found = await pulls.run(sha);
    if (found?.run.status === "completed") {
      const failed = found.jobs.filter(({ conclusion }) => conclusion === "failure");
      const logs = await Promise.all(failed.map((job) => pulls.log(job)));
      const ends = found.jobs.map(({ name, conclusion }) => [name.replace(/ \(.*/, ""), conclusion]);
      return {
        conclusions: Object.fromEntries(ends) as Record<string, string | null>,
        comments: await pulls.comments(number),
        failures: logs.map((log) => log.split("\n").slice(-40).join("\n")).join("\n\n"),
      };
    }
    await sleep(500);
  }
}

const moreMemory = (branch: string): Change => ({
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
