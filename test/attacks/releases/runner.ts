import { applyCallerPath } from "../../../committed/paths";
import { environments, hasRunner } from "../../../stacks/environments";
import { type Attack, held, must } from "../pullRequests/attack";
import { poisonRunner } from "../pullRequests/runners";
import { labelOf, workflowText } from "../pullRequests/workflowText";
import { leakStep } from "./stolen";
import { isOver, jobOf, runOf, startByHand, approved } from "./runs";
import { denial } from "./sessions";
import { attacked, type ReleasedWorld } from "./world";

const path = ".github/workflows/runner.yml";

/** Commands of a hostile job on the runner, by what they are called in its log. */
function commands(world: ReleasedWorld): Record<string, string> {
  const {
    clusterName,
    region,
    applyProjectName = "",
    releaseRoleArn = "",
  } = world.region(attacked).deployment;
  const object = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "by-the-runner" } });
  const send = (query: string) =>
    `curl --silent --insecure --header "Authorization: Bearer $TOKEN" --header "Content-Type: application/json" ` +
    `--data '${object}' "$SERVER/api/v1/namespaces/default/configmaps${query}"`;
  return {
    dryRun: send("?dryRun=All"),
    write: send(""),
    start: `aws codebuild start-build --project-name ${applyProjectName} --region ${region}`,
    role: `aws sts assume-role --role-arn ${releaseRoleArn} --role-session-name more`,
    cluster: clusterName,
  };
}

/** What the commands of a hostile job on the runner said. */
function saidOnTheRunner(world: ReleasedWorld): Promise<Record<string, string>> {
  return world.once("the hostile job on the runner", async () => {
    const { cluster = "", ...tried } = commands(world);
    const { runnerProjectName, region } = world.region(attacked).deployment;
    const cli = (args: string) => `"$(aws eks ${args} --region ${region} --output text)"`;
    const lines = [
      `TOKEN=${cli(`get-token --cluster-name ${cluster} --query status.token`)}`,
      `SERVER=${cli(`describe-cluster --name ${cluster} --query cluster.endpoint`)}`,
      ...Object.entries(tried).map(
        ([name, command]) => `echo "said" "${name}" "$( (${command}) 2>&1 | base64 | tr -d '\\n')"`,
      ),
    ];
    const { sha } = await world.repository.open("on-the-runner", {
      [path]: workflowText("K8s Dryrun", {
        try: {
          labels: [labelOf(runnerProjectName)],
          permissions: { "id-token": "write" },
          steps: [{ run: lines.join("\n"), shell: "bash" }, leakStep],
        },
      }),
    });
    const job = await jobOf(world, await runOf(world, sha, path), "try", isOver);
    const log = await world.repository.log(job);
    const said = [...log.matchAll(/said (\w+) (\S+)/g)].map(([, name = "", text = ""]) => [
      name,
      Buffer.from(text, "base64").toString(),
    ]);
    return { ...(Object.fromEntries(said) as Record<string, string>), log };
  });
}

/** What whoever holds the runner, or other runs' machines, makes of a release. */
export const runnerAttacks: Attack<ReleasedWorld>[] = [
  {
    name: "runner-writes",
    attacker: "branch pusher",
    tries: "a job on the runner writes to the cluster",
    verdict: held("the guard: its role is not that of releases, and is let in for dry runs alone"),
    play: async (world) => {
      const { dryRun = "", write = "", log = "" } = await saidOnTheRunner(world);
      must(
        /"kind": ?"ConfigMap"/.test(dryRun),
        `a dry run is refused too, so nothing is proven: ${dryRun} ${log.slice(-1500)}`,
      );
      must(/pr-dry-run-only.*denied request/.test(write), `the API server answers ${write}`);
      return `a dry run goes through; for real: ${/"message": ?"([^"]*)/.exec(write)?.[1] ?? write}`;
    },
  },
  {
    name: "runner-starts-the-apply",
    attacker: "branch pusher",
    tries: "a job on the runner starts the build that applies",
    verdict: held("the runner role's policy, which has not codebuild:StartBuild (runnerPolicy)"),
    play: async (world) => denial("codebuild:StartBuild", (await saidOnTheRunner(world)).start ?? ""),
  },
  {
    name: "runner-takes-the-release-role",
    attacker: "branch pusher",
    tries: "a job on the runner takes the release's role with the runner's",
    verdict: held(
      "the runner role's policy, which has not sts:AssumeRole, and the release role's trust, which is for tokens of GitHub",
    ),
    play: async (world) => denial("sts:AssumeRole", (await saidOnTheRunner(world)).role ?? ""),
  },
  {
    name: "runner-of-a-release-is-poisoned",
    attacker: "branch pusher",
    isAlone: true,
    tries: "a machine with an image of its author carries the label of a release's run and takes its job",
    verdict: held(
      "what applies never runs on a runner: its job is on GitHub's machines, and its build in a project without webhook",
    ),
    play: async (world) => {
      const { repository, head } = world;
      const { jobName } = environments.filter(hasRunner).find(({ name }) => name === attacked)!.runner;
      const job = `compare / ${jobName}`;
      const run = await poisonRunner(world, "poisons-a-release", attacked, async () => {
        await startByHand(world, applyCallerPath, { environment: attacked, commit: head });
        return { sha: head, path: applyCallerPath, job };
      });
      const applied = await approved(world, run, `apply-${attacked} / apply`);
      must(applied.conclusion === "success", `the apply ended ${String(applied.conclusion)}`);
      must(
        applied.runner_name?.startsWith("GitHub Actions") === true,
        `it ran on ${String(applied.runner_name)}`,
      );
      const poisoned = (await repository.jobsOf(run)).find(({ name }) => name === job);
      return `${job} ran on ${String(poisoned?.runner_name)}, of the author's image; the apply on ${String(applied.runner_name)}`;
    },
  },
];
