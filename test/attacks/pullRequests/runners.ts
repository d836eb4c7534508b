import { readdir, rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { consolePaths } from "../../../sandbox/aws/consolePaths";
import { workflowPath } from "../../../committed/paths";
import { partOf } from "../../sandbox/mutations/seen";
import { accepted, type Attack, held, must } from "./attack";
import { type Run, until } from "./repository";
import { labelOf, workflowText } from "./workflowText";
import { concurrentBuilds, type WorldView } from "./world";

const path = ".github/workflows/hostile.yml";
const korea = "kr-production";
const job = "dryrun-kr-production";

const victimFiles = (name: string) => ({ [`k8s/${korea}/${name}.txt`]: "changed\n" });

/** Longer than a run waits for a runner, in minutes. */
const givenUp = 31;

async function setQuota(world: WorldView, stack: string, limit: number): Promise<void> {
  const { deployment } = world.region(stack);
  await deployment.console(consolePaths.concurrentBuilds, { region: deployment.region, limit });
}

/** Somebody else's job for a runner. */
export interface Victim {
  sha: string;
  /** Workflow file of its run. */
  path: string;
  /** As GitHub reports it. */
  job: string;
}

/**
 * Has a machine with the author's image take somebody else's job.
 * @param name of the attack's branch
 * @param stack whose runner it is
 * @returns the run whose job it was
 */
export async function poisonRunner(
  world: WorldView,
  name: string,
  stack: string,
  start: () => Promise<Victim>,
): Promise<Run> {
  const { repository } = world;
  const { runnerProjectName, region } = world.region(stack).deployment;
  // The victim's own build must not be faster.
  await setQuota(world, stack, 0);
  const victim = await start();
  await repository.job(victim.sha, victim.path, victim.job, ({ status }) => status === "queued");
  const run = await until("the run", () => repository.run(victim.sha, victim.path));
  const refused = await repository.decision(victim.sha, victim.path, victim.job, region);
  must(refused.buildId === undefined, "the victim's build was faster");
  await setQuota(world, stack, concurrentBuilds);
  const labels = [
    labelOf(runnerProjectName),
    `codebuild-${runnerProjectName}-${String(run.id)}-1`,
    "image:custom-linux-registry.example.org/evil:1",
  ];
  const poisoner = await repository.open(name, {
    [path]: workflowText("K8s Dryrun", { bait: { labels, steps: [{ run: "true" }] } }),
  });
  const { buildId = "" } = await repository.decision(poisoner.sha, path, "bait", region);
  const taken = await repository.job(
    victim.sha,
    victim.path,
    victim.job,
    ({ status }) => status === "completed",
  );
  must(taken.runner_name === buildId.replace(":", "-"), `the job ran on ${String(taken.runner_name)}`);
  const bait = await repository.run(poisoner.sha, path);
  if (bait?.status !== "completed" && bait) await repository.cancel(bait);
  return run;
}

/** Has a machine with the author's image take another pull request's job. */
export async function poisonPullRequest(
  world: WorldView,
  name: string,
  job: string,
  path: string,
): Promise<string> {
  await poisonRunner(world, name, korea, async () => {
    const { sha } = await world.repository.open(`${name}-victim`, victimFiles(name));
    return { sha, path, job };
  });
  return "the other pull request's job ran on the build with the author's image";
}

/** Attacks on the machines of others. They change what everybody looks at, so each is played by itself. */
export const runnerAttacks: Attack[] = [
  {
    name: "runner-by-a-subset-of-labels",
    attacker: "branch pusher",
    isAlone: true,
    tries: "a job that only asks for self-hosted takes the runner that came for another pull request's job",
    verdict: held(
      "a build takes one job; a region without a runner turns the gate red, and is never taken for checked",
    ),
    play: async (world) => {
      const { repository } = world;
      const thief = await repository.open("thief", {
        [path]: workflowText("Thief", {
          thief: { labels: ["self-hosted", "Linux"], steps: [{ run: "echo stolen" }] },
        }),
      });
      await repository.job(thief.sha, path, "thief", ({ status }) => status === "queued");
      const robbed = await repository.open("robbed", victimFiles("robbed"));
      const stolen = await repository.job(thief.sha, path, "thief", ({ status }) => status === "completed");
      must(
        stolen.runner_name?.startsWith(world.region(korea).deployment.runnerProjectName) === true,
        "nothing was stolen, so nothing is proven",
      );
      await repository.job(robbed.sha, workflowPath, "watch", ({ status }) => status === "in_progress");
      await repository.moveClock(givenUp);
      const { gate, ends } = await repository.ended(robbed.sha);
      const comment = (await repository.comments(robbed.number)).map(({ body }) => body).join("\n");
      const row = partOf(korea, comment);
      must(gate !== "success", "the gate is green");
      must(/no runner started/.test(row), `the comment says ${row}`);
      const again = await repository.ended((await repository.pushAgain(robbed)).sha);
      must(again.gate === "success", `after the next push the gate is ${again.gate}`);
      return `stolen; the region's job ended ${String(ends[job])}, gate ${gate}, comment: no runner started; green after the next push`;
    },
  },
  {
    name: "runner-by-another-runs-label",
    attacker: "branch pusher",
    isAlone: true,
    tries: "a job has the label of another pull request's run, to be on its runner or have its own there",
    verdict: held("every build is of the same project, runs one job, and is thrown away"),
    play: async (world) => {
      const { repository } = world;
      const { runnerProjectName } = world.region(korea).deployment;
      const victim = await repository.open("shared-label", victimFiles("shared-label"));
      const run = await until("the run", () => repository.run(victim.sha));
      const label = `codebuild-${runnerProjectName}-${String(run.id)}-1`;
      const thief = await repository.open("same-label", {
        [path]: workflowText("K8s Dryrun", { same: { labels: [label], steps: [{ run: "echo ran" }] } }),
      });
      const { gate, ends } = await repository.ended(victim.sha);
      must(ends[job] === "success" && gate === "success", `job ${String(ends[job])}, gate ${gate}`);
      const row = partOf(
        korea,
        (await repository.comments(victim.number)).map(({ body }) => body).join("\n"),
      );
      must(row.includes("no change"), `the comment says ${row}`);
      await repository.job(thief.sha, path, "same", ({ status }) => status === "completed");
      return "both jobs got a machine of their own; the honest job's result stands";
    },
  },
  {
    name: "runner-with-the-authors-image",
    attacker: "branch pusher",
    isAlone: true,
    tries:
      "a job with labels of two runs and an image of its author has a machine made that takes another pull request's job",
    verdict: accepted("A poisoned runner"),
    play: (world) => poisonPullRequest(world, "poisoned", job, workflowPath),
  },
  {
    name: "runner-with-another-kubectl",
    attacker: "compromised action",
    isAlone: true,
    tries: "a job leaves another kubectl in the tool cache for the next one",
    verdict: held(
      "builds share nothing on AWS, and kubectl is run by its checksum alone (dryrun/kubectl/find.ts)",
    ),
    play: async (world) => {
      const { repository, sandbox } = world;
      const mark = join(tmpdir(), `attack-pr-kubectl-${String(process.pid)}`);
      const { runnerProjectName } = world.region(korea).deployment;
      try {
        const hostile = await repository.open("leave-kubectl", {
          [path]: workflowText("K8s Dryrun", {
            leave: { labels: [labelOf(runnerProjectName)], steps: [{ run: replaceKubectl(mark) }] },
          }),
        });
        const left = await repository.job(hostile.sha, path, "leave", ({ status }) => status === "completed");
        must(
          /replaced \S+kubectl/.test(await repository.log(left)),
          "nothing was replaced, so nothing is proven",
        );
        const victim = await repository.open("other-kubectl", victimFiles("other-kubectl"));
        const { ends, gate } = await repository.ended(victim.sha);
        must(!existsSync(mark), "it was run");
        const row = (await repository.comments(victim.number)).map(({ body }) => body).join("\n");
        must(/it is not run/.test(row), `the comment says ${partOf(korea, row)}`);
        return `it was not run: the comment names the checksum; job ${String(ends[job])}, gate ${gate}`;
      } finally {
        for (const kept of await keptKubectls(sandbox.folder.toolCache()))
          await rename(kept, kept.replace(/\.true$/, ""));
      }
    },
  },
];

/** Puts a program in the place of every kubectl of the tool cache; the true ones are kept beside them. */
function replaceKubectl(mark: string): string {
  return [
    'find -L "$RUNNER_TOOL_CACHE" -name kubectl -type f | while read -r tool; do',
    '  mv "$tool" "$tool.true"',
    `  printf '#!/bin/sh\\ntouch ${mark}\\n' > "$tool"`,
    '  chmod +x "$tool"',
    '  echo "replaced $tool"',
    "done",
  ].join("\n");
}

async function keptKubectls(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name === "kubectl.true")
    .map(({ parentPath, name }) => join(parentPath, name));
}
