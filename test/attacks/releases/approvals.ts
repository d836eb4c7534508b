import { type Attack, held, must } from "../pullRequests/attack";
import { type Run, until } from "../pullRequests/repository";
import { askGitHub, workflowText } from "../pullRequests/workflowText";
import { handPaths } from "./hostileWorkflows";
import { people } from "./people";
import { approved, isOver, isWaiting, jobOf, refusalOf, review, runOf, startByHand } from "./runs";
import { calledJob } from "./stolenRelease";
import { attacked, type ReleasedWorld } from "./world";

const path = ".github/workflows/approves.yml";

/** A run that an administrator has started, and that waits for approval. */
function waitingRun(world: ReleasedWorld): Promise<Run> {
  return world.once("a run that waits", async () => {
    const run = await startByHand(world, handPaths.waits);
    await jobOf(world, run, "leak", isWaiting);
    return run;
  });
}

async function refusedReview(world: ReleasedWorld, run: Run, token: string): Promise<string> {
  const said = await refusalOf(review(world, run, token), /may not review deployments/);
  const job = await jobOf(world, run, "leak", isWaiting);
  return `the job is ${job.status}; ${said}`;
}

/** Approvals by those who may not give them. */
export const approvalAttacks: Attack<ReleasedWorld>[] = [
  {
    name: "approval-by-whoever-started-it",
    attacker: "maintainer",
    tries: "a reviewer starts a release and approves it",
    verdict: held("the environment's prevention of self-review"),
    play: async (world) => {
      const run = await startByHand(world, handPaths.waitsForItself, {}, people.reviewer);
      await jobOf(world, run, "leak", isWaiting);
      return refusedReview(world, run, people.reviewer);
    },
  },
  {
    name: "approval-of-what-ones-job-has-started",
    attacker: "maintainer",
    isAlone: true,
    tries:
      "a reviewer pushes a branch with a job that starts a release, and approves it: a bot has started it",
    verdict: held(
      "the default branch's own workflow refuses what a job or an app has started (applyEnvironmentWorkflow)",
    ),
    play: async (world) => {
      const { repository } = world;
      const byBot = async () => {
        const where = "actions/runs?event=workflow_dispatch&per_page=100";
        const { workflow_runs: runs } = await repository.ask<{ workflow_runs: Run[] }>("GET", where);
        return runs.find(({ path: of, actor }) => of === handPaths.calls && actor.login.endsWith("[bot]"));
      };
      const inputs = { environment: attacked, commit: world.head };
      const dispatch = `/actions/workflows/${handPaths.calls.split("/").at(-1) ?? ""}/dispatches`;
      await repository.open("starts-a-release", {
        [path]: workflowText("Hostile", {
          start: {
            labels: "ubuntu-24.04",
            permissions: { actions: "write" },
            steps: [askGitHub("POST", dispatch, { ref: "main", inputs })],
          },
        }),
      });
      const job = await approved(world, await until("the run that the job has started", byBot), calledJob);
      const said = /Not applied: a job or an app has started it.*/.exec(await repository.log(job))?.[0];
      must(job.conclusion === "failure" && said !== undefined, `the job ended ${String(job.conclusion)}`);
      return `it was approved, and the job failed: ${said ?? ""}`;
    },
  },
  {
    name: "approval-by-an-administrator",
    attacker: "maintainer",
    tries: "an administrator who is no reviewer approves, or goes past the protection",
    verdict: held(
      "the environment's reviewers; its bypass for administrators is off, which each update reads back",
    ),
    play: async (world) => {
      const { repository } = world;
      const { can_admins_bypass } = await repository.ask<{ can_admins_bypass?: boolean }>(
        "GET",
        `environments/${attacked}`,
      );
      must(can_admins_bypass === false, "administrators may go past the protection");
      return refusedReview(world, await waitingRun(world), people.administrator);
    },
  },
  {
    name: "approval-by-a-branch-pusher",
    attacker: "branch pusher",
    tries: "somebody who is no reviewer approves",
    verdict: held("the environment's reviewers"),
    play: async (world) => refusedReview(world, await waitingRun(world), people.writer),
  },
  {
    name: "approval-by-a-job",
    attacker: "branch pusher",
    tries: "a job approves with its own token, which may write deployments",
    verdict: held("GitHub lets no job's token review"),
    play: async (world) => {
      const { repository } = world;
      const run = await waitingRun(world);
      const where = `actions/runs/${String(run.id)}/pending_deployments`;
      const pending = await repository.ask<{ environment: { id: number } }[]>("GET", where);
      const body = {
        environment_ids: pending.map(({ environment }) => environment.id),
        state: "approved",
        comment: "",
      };
      const { sha } = await repository.open("approves", {
        [path]: workflowText("Hostile", {
          approve: {
            labels: "ubuntu-24.04",
            permissions: { actions: "write", deployments: "write", contents: "write" },
            steps: [askGitHub("POST", `/${where}`, body)],
          },
        }),
      });
      const job = await jobOf(world, await runOf(world, sha, path), "approve", isOver);
      const [, said = ""] = /answer (\d+ .*)$/m.exec(await repository.log(job)) ?? [];
      must(/^403.*Resource not accessible by integration/.test(said), `GitHub answers ${said}`);
      await jobOf(world, run, "leak", isWaiting);
      return said;
    },
  },
  {
    name: "protection-changed-by-a-branch-pusher",
    attacker: "branch pusher",
    tries: "somebody who does not administer the repository takes the environment's protection away",
    verdict: held("GitHub lets administrators alone change an environment"),
    play: async (world) => {
      const asked = world.repository.ask("PUT", `environments/${attacked}`, { reviewers: [] }, people.writer);
      return refusalOf(asked, /: (403|404) /);
    },
  },
];
