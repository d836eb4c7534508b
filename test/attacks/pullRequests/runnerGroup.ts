import { setTimeout as sleep } from "node:timers/promises";
import { callerPath, workflowPath } from "../../../committed/paths";
import { calledName } from "../../../committed/reportedName";
import { selectedWorkflow } from "../../../committed/runnerGroup";
import type { JudgedJob } from "../../../sandbox/aws/codebuild/judgements";
import { defaultGroup } from "../../../sandbox/github/actions/runnerGroups";
import { Store } from "../../../sandbox/github/store";
import { targetRepository } from "../../../sandbox/world";
import { homeEnvironment } from "../../../stacks/environments";
import { partOf } from "../../sandbox/mutations/seen";
import { succeeded } from "../../sandbox/deployedWorld";
import { accepted, type Attack, held, must } from "./attack";
import { commitTo } from "./files";
import { until, type Ended, type Opened } from "./repository";
import { poisonPullRequest } from "./runners";
import { labelOf, script, workflowText, type HostileJob } from "./workflowText";
import { requiringFiles, type AttackedWorld } from "./world";

const korea = "kr-production";
/** Korea's job as GitHub reports it. */
const koreasJob = calledName(`dryrun-${korea}`);
const path = ".github/workflows/hostile.yml";
const repository = `${targetRepository.owner}/${targetRepository.name}`;
const group = { id: 7, name: "k8s-dryrun", branch: targetRepository.defaultBranch };
const runnerGroup = { name: group.name, branch: group.branch, repository };

/**
 * Has the organisation's owner make the group and close the group Default to the repository, as docs/security.md says,
 * and brings every stack up with the setting.
 */
function switchedOn(world: AttackedWorld): Promise<void> {
  return world.once("the runner group", async () => {
    const { sandbox, regions } = world;
    const own = {
      id: group.id,
      name: group.name,
      visibility: "selected" as const,
      selected_repositories: [repository],
      restricted_to_workflows: true,
      selected_workflows: [selectedWorkflow(runnerGroup)],
    };
    await new Store(sandbox.folder.github()).change((state) => {
      state.organizations = {
        [targetRepository.owner]: {
          appRegistersRunners: true,
          runnerGroups: [{ ...defaultGroup, visibility: "selected" }, own],
        },
      };
    });
    const inOrder = [...regions].sort(
      (one, other) => Number(one.stack === homeEnvironment) - Number(other.stack === homeEnvironment),
    );
    for (const { stack } of inOrder) {
      const set = ["config", "set", "eks-dryrun-runner:runnerGroup", JSON.stringify(group)];
      succeeded(await sandbox.pulumi(set, { stack }));
      succeeded(await sandbox.pulumi(["up", "--yes", "--skip-preview", "--refresh"], { stack }));
    }
    await commitTo(sandbox, group.branch, requiringFiles([], { runnerGroup }));
  });
}

interface Played {
  opened: Opened;
  ended: Ended;
  comment: string;
}

/** A pull request that changes everything which the committed caller leads to. */
function changedFiles(world: AttackedWorld): Promise<Played> {
  return world.once("the changed files under a runner group", async () => {
    await switchedOn(world);
    const { repository: target, canary } = world;
    const opened = await target.open("group-changed-files", {
      [workflowPath]: called(world, { steps: [{ run: `curl -s ${canary.url}/group-workflow` }] }),
      ".github/actions/k8s_dryrun/main.cjs": `fetch("${canary.url}/group-action");`,
      [`k8s/${korea}/group.txt`]: "changed\n",
    });
    const ended = await target.ended(opened.sha, callerPath);
    const comment = (await target.comments(opened.number)).map(({ body }) => body).join("\n");
    return { opened, ended, comment };
  });
}

/** Text of a workflow that can be called, with one job of its author on Korea's runner. */
function called(world: AttackedWorld, hostile: Pick<HostileJob, "steps">): string {
  const { runnerProjectName } = world.region(korea).deployment;
  const labels = { group: group.name, labels: [labelOf(runnerProjectName)] };
  return workflowText("K8s Dryrun", { hostile: { labels, ...hostile } }, { on: "workflow_call" });
}

/** Jobs of a pull request's own, called as the committed workflow is. */
function ownJobs(world: AttackedWorld): Promise<Opened> {
  return world.once("jobs of one's own under a runner group", async () => {
    await switchedOn(world);
    const { repository: target, canary } = world;
    const { runnerProjectName } = world.region(korea).deployment;
    const label = labelOf(runnerProjectName);
    const ask = (name: string) => [script(`fetch("${canary.url}/group-${name}");`)];
    const text = workflowText("K8s Dryrun", {
      named: { labels: { group: group.name, labels: [label] }, steps: ask("named") },
      unnamed: { labels: [label], steps: ask("unnamed") },
      registered: { labels: [label, "registration-group-id:1"], steps: ask("registered") },
      elsewhere: { labels: [label, "organization-registration-name:other-org"], steps: ask("elsewhere") },
    });
    return target.open("group-own-jobs", { [path]: text });
  });
}

/** The build of a job, once it is as wanted. */
function buildOf(
  world: AttackedWorld,
  { sha }: Opened,
  file: string,
  name: string,
  isWanted: (build: NonNullable<JudgedJob["build"]>) => boolean,
) {
  const { repository: target } = world;
  const { region } = world.region(korea).deployment;
  return until(`a build for ${name} as wanted`, async () => {
    const { build, reason } = await target.decision(sha, file, name, region);
    must(build !== undefined, `no build was started: ${reason ?? ""}`);
    return build && isWanted(build) ? build : undefined;
  });
}

/** A job whose runner has registered in the group and is not given to it. */
async function staysQueued(
  world: AttackedWorld,
  { opened, file, name, asked }: { opened: Opened; file: string; name: string; asked: string },
): Promise<string> {
  await buildOf(world, opened, file, name, ({ phase }) => phase === "BUILD");
  // GitHub gives a job to a runner as soon as both are there.
  await sleep(3_000);
  const job = await world.repository.job(opened.sha, file, name, () => true);
  must(job.status === "queued" && job.runner_name === null, `the job is ${job.status}`);
  must(!world.canary.asked.includes(asked), "the job ran");
  return "a build was started and has registered; GitHub does not give it the job, which is queued for ever";
}

const ofWorkflow = "the runner group takes the jobs alone that the workflow on the default branch defines";

function ownJob(name: string, what: string, control: string): Attack {
  return {
    name: `group-job-${name}`,
    attacker: "branch pusher",
    isAlone: true,
    tries: `with runners in a runner group: a workflow of one's own ${what}`,
    verdict: held(control),
    play: async (world) => {
      const opened = await ownJobs(world);
      return staysQueued(world, { opened, file: path, name, asked: `/group-${name}` });
    },
  };
}

/** Attacks on runners in a runner group: played when the others are over, for they change every stack. */
export const runnerGroupAttacks: Attack[] = [
  {
    name: "group-changed-workflow",
    attacker: "branch pusher",
    isAlone: true,
    tries:
      "with runners in a runner group: the pull request changes the workflow, to run its own commands there",
    verdict: held("the caller takes the workflow from the default branch (committed/workflow.ts)"),
    play: async (world) => {
      const { ended, comment } = await changedFiles(world);
      must(!world.canary.asked.includes("/group-workflow"), "its own commands ran");
      must(
        ended.ends[koreasJob] === "success" && ended.gate === "success",
        `job ${String(ended.ends[koreasJob])}, gate ${ended.gate}`,
      );
      must(comment.includes("This pull request changes the dry run itself"), "the comment does not warn");
      return "the default branch's jobs ran, and the comment warns";
    },
  },
  {
    name: "group-changed-action",
    attacker: "branch pusher",
    isAlone: true,
    tries: "with runners in a runner group: the pull request changes the action that the runner runs",
    verdict: held("the action is checked out from the default branch (committed/dryRunJob.ts)"),
    play: async (world) => {
      const { comment } = await changedFiles(world);
      must(!world.canary.asked.includes("/group-action"), "the changed action ran");
      const row = partOf(korea, comment);
      must(row.includes("no change"), `the comment says ${row}`);
      return "the changed action did not run; the comment has the report of the default branch's";
    },
  },
  {
    name: "group-call-of-ones-own",
    attacker: "branch pusher",
    isAlone: true,
    tries: "with runners in a runner group: the caller calls the pull request's own copy of the workflow",
    verdict: held(ofWorkflow),
    play: async (world) => {
      await switchedOn(world);
      const call = {
        name: "K8s Dryrun",
        on: "pull_request",
        permissions: {},
        jobs: { dryrun: { uses: `./${workflowPath}` } },
      };
      const opened = await world.repository.open("group-call", {
        [callerPath]: JSON.stringify(call),
        [workflowPath]: called(world, { steps: [{ run: `curl -s ${world.canary.url}/group-call` }] }),
      });
      return staysQueued(world, {
        opened,
        file: callerPath,
        name: calledName("hostile"),
        asked: "/group-call",
      });
    },
  },
  ownJob("named", "names the group", ofWorkflow),
  ownJob("unnamed", "has the runner's label alone", ofWorkflow),
  ownJob(
    "registered",
    "has its runner register in the group that everybody may use (registration-group-id:1)",
    "the organisation has closed the group Default to the repository (docs/security.md)",
  ),
  {
    name: "group-job-elsewhere",
    attacker: "branch pusher",
    isAlone: true,
    tries: "with runners in a runner group: a label has the runner register with another organisation",
    verdict: held("the connection's app has no rights there"),
    play: async (world) => {
      const opened = await ownJobs(world);
      const { phase, message = "" } = await buildOf(
        world,
        opened,
        path,
        "elsewhere",
        ({ status }) => status === "FAILED",
      );
      must(phase === "DOWNLOAD_SOURCE", `the build failed in ${phase}`);
      must(/403 Resource not accessible/.test(message), `the build ended: ${message}`);
      return `the build failed in DOWNLOAD_SOURCE: ${message}`;
    },
  },
  {
    name: "group-labels-of-a-fork",
    attacker: "fork",
    isAlone: true,
    tries: "with runners in a runner group: a fork's job has registration-group-id: and image: in its labels",
    verdict: held("the webhook's filter ACTOR_ACCOUNT_ID, without which the setting is refused"),
    play: async (world) => {
      await switchedOn(world);
      const { runnerProjectName, region } = world.region(korea).deployment;
      const labels = [
        labelOf(runnerProjectName),
        "registration-group-id:1",
        "image:custom-linux-registry.example.org/evil:1",
      ];
      const text = workflowText("K8s Dryrun", { fork: { labels, steps: [{ run: "true" }] } });
      const { sha } = await world.repository.open("group-fork", { [path]: text }, "stranger");
      const { buildId, reason = "" } = await world.repository.decision(sha, path, "fork", region);
      must(buildId === undefined && /ACTOR_ACCOUNT_ID \^/.test(reason), `decided: ${reason}`);
      return `no build: ${reason}`;
    },
  },
  {
    name: "group-image-of-the-author",
    attacker: "branch pusher",
    isAlone: true,
    tries:
      "with runners in a runner group: labels of two runs and an image of the author, who is among the actors",
    verdict: accepted("A poisoned runner"),
    play: async (world) => {
      await switchedOn(world);
      return poisonPullRequest(world, "group-poisoned", koreasJob, callerPath);
    },
  },
];
