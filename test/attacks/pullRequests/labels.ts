import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BatchGetBuildsCommand, type Build } from "@aws-sdk/client-codebuild";
import { type Attack, held, must } from "./attack";
import { until } from "./repository";
import { labelOf, workflowText, type HostileJob } from "./workflowText";
import type { AttackedWorld } from "./world";

const path = ".github/workflows/labels.yml";
const mark = join(tmpdir(), `attack-pr-buildspec-${String(process.pid)}`);

/** What each job adds to the label of the runner. */
const overrides: Record<string, string> = {
  image: "image:custom-linux-registry.example.org/evil:1",
  size: "instance-size:2xlarge",
  buildspec: "buildspec-override:true",
  fleet: "fleet:production",
  organization: "organization-registration-name:example-org",
  enterprise: "enterprise-registration-name:example",
  group: "registration-group-id:7",
};

/** A workflow that is called as the committed one is, with a job for each override. */
function jobsWithOverrides(world: AttackedWorld) {
  return world.once("the jobs with overrides", () => {
    const { runnerProjectName } = world.region("ja-production").deployment;
    const jobs = Object.entries(overrides).map(([name, label]): [string, HostileJob] => [
      name,
      { labels: [labelOf(runnerProjectName), label], steps: [{ run: "echo ran" }] },
    ]);
    return world.repository.open("labels", {
      [path]: workflowText("K8s Dryrun", Object.fromEntries(jobs)),
      "buildspec.yml": `version: 0.2\nphases:\n  install:\n    commands: ["touch ${mark}"]\n`,
    });
  });
}

/** What was decided on the job of an override. */
async function decided(world: AttackedWorld, name: string) {
  const { sha } = await jobsWithOverrides(world);
  return world.repository.decision(sha, path, name, world.region("ja-production").deployment.region);
}

/** The build of an override's job, once it is over. */
async function buildOf(world: AttackedWorld, name: string): Promise<Build> {
  const { buildId, reason } = await decided(world, name);
  must(buildId !== undefined, `no build: ${reason ?? ""}`);
  const { codebuild } = world.region("ja-production").deployment;
  return until(`the end of the build of ${name}`, async () => {
    const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: [buildId!] }));
    return builds[0]?.buildComplete ? builds[0] : undefined;
  });
}

/** What a label must not change. */
function hasProjectsRights(world: AttackedWorld, { serviceRole, vpcConfig, environment }: Build): string {
  const { runnerRoleArn, runnerSubnetIds, runnerSecurityGroupId } = world.region("ja-production").deployment;
  must(serviceRole === runnerRoleArn, `the build has the role ${serviceRole ?? ""}`);
  must(
    JSON.stringify([...(vpcConfig?.subnets ?? [])].sort()) === JSON.stringify([...runnerSubnetIds].sort()),
    "the build is in other subnets",
  );
  must(vpcConfig?.securityGroupIds?.join() === runnerSecurityGroupId, "the build has other security groups");
  must(environment?.privilegedMode !== true, "the build is privileged");
  return "the build has the project's role, subnets and security group, and is not privileged";
}

const limits =
  "a build has the project's role and network, whatever the label says; its author could run any command anyway";

/** Why a build of an override's job failed before it took the job. */
function refusedByGitHub(name: string, what: string, why: RegExp): Attack {
  return {
    name: `label-${name}`,
    attacker: "branch pusher",
    tries: `a label registers the runner ${what}`,
    verdict: held(
      "the connection's app is installed for the one repository, without rights on an organisation's runners",
    ),
    play: async (world) => {
      const build = await buildOf(world, name);
      const failed = build.phases?.find(({ phaseStatus }) => phaseStatus === "FAILED");
      const message = failed?.contexts?.[0]?.message ?? "";
      must(
        failed?.phaseType === "DOWNLOAD_SOURCE" && why.test(message),
        `the build ended ${String(build.buildStatus)}: ${message}`,
      );
      return `the build failed in DOWNLOAD_SOURCE: ${message}`;
    },
  };
}

/** Labels that change what the project has set: the author of the workflow chooses them. */
export const labelAttacks: Attack[] = [
  {
    name: "label-image",
    attacker: "branch pusher",
    tries: "a label has the build run in an image of the author",
    verdict: held(limits),
    play: async (world) => {
      const build = await buildOf(world, "image");
      must(
        /evil/.test(build.environment?.image ?? ""),
        "the sandbox did not play the label, so nothing is proven",
      );
      return `image ${build.environment?.image ?? ""}; ${hasProjectsRights(world, build)}`;
    },
  },
  {
    name: "label-instance-size",
    attacker: "branch pusher",
    tries: "a label has the build run on an expensive machine",
    verdict: held(`${limits}; buildTimeoutMinutes bounds its cost`),
    play: async (world) => {
      const build = await buildOf(world, "size");
      must((build.timeoutInMinutes ?? 0) <= 30, `it may run ${String(build.timeoutInMinutes)} minutes`);
      return `${build.environment?.computeType ?? ""} for ${String(build.timeoutInMinutes)} minutes at most; ${hasProjectsRights(world, build)}`;
    },
  },
  {
    name: "label-buildspec",
    attacker: "branch pusher",
    tries: "a label has CodeBuild run the branch's buildspec.yml outside of the job",
    verdict: held("the project has its buildspec in place, and none is taken from a branch"),
    play: async (world) => {
      const build = await buildOf(world, "buildspec");
      must(!existsSync(mark), "the branch's buildspec ran");
      must(
        build.source?.buildspec?.includes("version: 0.2\nphases:\n  build:") === true,
        "the buildspec is another",
      );
      return `the branch's buildspec left no mark; ${hasProjectsRights(world, build)}`;
    },
  },
  {
    name: "label-fleet",
    attacker: "branch pusher",
    tries: "a label has the build run in another fleet of the account, with its network",
    verdict: held("there is no fleet of that name: who has fleets must not share them with this project"),
    play: async (world) => {
      const { buildId, reason } = await decided(world, "fleet");
      must(buildId === undefined, "a build was started");
      return `no build: ${reason ?? ""}`;
    },
  },
  refusedByGitHub(
    "organization",
    "with the whole organisation, to take jobs of other repositories",
    /403 Resource not accessible/,
  ),
  refusedByGitHub("enterprise", "with the enterprise", /403 Resource not accessible/),
  refusedByGitHub("group", "into another runner group", /422/),
];
