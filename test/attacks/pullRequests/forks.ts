import { type Attack, held, must } from "./attack";
import { askGitHub, labelOf, script, workflowText } from "./workflowText";
import type { AttackedWorld } from "./world";

const path = ".github/workflows/hostile.yml";

const change = { "k8s/ja-production/from-a-fork.txt": "changed\n" };

/** A fork's pull request with a workflow of its own, called as the committed one is. */
function ownWorkflow(world: AttackedWorld) {
  return world.once("the fork with a workflow of its own", async () => {
    const { runnerProjectName } = world.region("ja-production").deployment;
    const text = workflowText("K8s Dryrun", {
      runner: { labels: [labelOf(runnerProjectName)], steps: [{ run: `curl -s ${world.canary.url}/fork` }] },
      token: {
        labels: "ubuntu-24.04",
        permissions: { contents: "write", "pull-requests": "write", actions: "write", checks: "write" },
        steps: [
          askGitHub("POST", "/issues/1/comments", { body: "from a fork" }),
          askGitHub("PUT", "/contents/from-a-fork.txt", { message: "x", content: "eA==", branch: "main" }),
          script(
            "console.log('variables', Object.keys(process.env).filter((name) => /^AWS_|SECRET/.test(name)).join());",
          ),
        ],
      },
    });
    return world.repository.open("fork-with-a-workflow", { ...change, [path]: text }, "stranger");
  });
}

/** Pull requests of people who may only fork. */
export const forkAttacks: Attack[] = [
  {
    name: "fork-as-it-is",
    attacker: "fork",
    tries: "a fork's pull request has the committed workflow check it on the runner",
    verdict: held("the committed workflow turns forks away before anything is asked of a runner"),
    play: async (world) => {
      const { repository } = world;
      const { number, sha } = await repository.open("fork-as-it-is", change, "stranger");
      const { ends, gate, jobs } = await repository.ended(sha);
      must(ends.changes === "failure", `the job changes ended ${String(ends.changes)}`);
      must(gate !== "success", "the gate is green");
      const judged = (await Promise.all(jobs.map((job) => repository.judged(job)))).flat();
      must(
        judged.every(({ buildId }) => buildId === undefined),
        "a build was started",
      );
      must((await repository.comments(number)).length === 0, "the fork's token could comment");
      return `changes failed, gate ${gate}, no build of ${String(jobs.length)} jobs, no comment`;
    },
  },
  {
    name: "fork-with-its-own-workflow",
    attacker: "fork",
    tries:
      "a fork brings a workflow for the runner; the account's number contains that of somebody whom the filter trusts",
    verdict: held("the webhook's filter ACTOR_ACCOUNT_ID, anchored at both ends"),
    play: async (world) => {
      const { repository, canary } = world;
      const { sha } = await ownWorkflow(world);
      const { region } = world.region("ja-production").deployment;
      const refused = await repository.decision(sha, path, "runner", region);
      must(refused.buildId === undefined, "a build was started");
      must(
        /ACTOR_ACCOUNT_ID \^/.test(refused.reason ?? ""),
        `refused for another reason: ${refused.reason ?? ""}`,
      );
      must(!canary.asked.includes("/fork"), "the job ran");
      return `no build: ${refused.reason ?? ""}; the job is queued for ever`;
    },
  },
  {
    name: "fork-with-a-token",
    attacker: "fork",
    tries: "a fork's workflow gives its token every right, to comment, commit and read credentials",
    verdict: held("GitHub lets no fork's token write, and its machines have nothing of ours"),
    play: async (world) => {
      const { repository } = world;
      const { sha } = await ownWorkflow(world);
      const job = await repository.job(sha, path, "token", ({ status }) => status === "completed");
      const log = await repository.log(job);
      const answers = [...log.matchAll(/answer (\d+)/g)].map(([, status]) => status);
      must(
        answers.length === 2 && answers.every((status) => status === "403"),
        `GitHub answered ${answers.join()}`,
      );
      must(/variables\s*$/m.test(log), "the machine has variables that look like credentials");
      return `comment and commit were answered ${answers.join(" and ")}; no variable of AWS`;
    },
  },
];
