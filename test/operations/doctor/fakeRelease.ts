import type { Project } from "@aws-sdk/client-codebuild";
import type { Role } from "@aws-sdk/client-iam";
import { applyBuildTimeoutMinutes } from "../../../committed/apply/buildspec";
import { webhookFilters } from "../../../components/webhookFilters";
import { releasePolicy, releaseTrustPolicy } from "../../../components/releasePolicy";
import { committedFiles } from "../../../committed/files";
import { runnerWorkflows } from "../../../committed/runnerWorkflows";
import { applyProjectName } from "../../../stacks/applyProjectName";
import { environments, hasRunner, homeEnvironment } from "../../../stacks/environments";
import { committedEnvironments, committedSettings } from "../../../stacks/committedPlan";
import { buildspecOf, committedApply, releaseTrust } from "../../../stacks/releasePlan";
import { resolveStack } from "../../../stacks/stack";
import { releases } from "../../stacks/up";
import { configs } from "../../stacks/world";
import { account, healthyWorld, region, type FakeWorld } from "./fakeWorld";

/** What applies releases, as the APIs of AWS and GitHub show it. */
export interface FakeRelease {
  projectName: string;
  project?: Project;
  /** The names of both roles, whether they are there or not. */
  roleNames: string[];
  /** Starts the build. */
  role?: Role;
  policy: object;
  /** What the build holds. */
  applyRole?: Role;
  environment?: FakeEnvironment;
  refs: { name: string; type: "branch" | "tag" }[];
}

interface FakeEnvironment {
  can_admins_bypass: boolean;
  protection_rules: object[];
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
}

/** The examined stack, whose releases are applied. */
export const releasing = resolveStack(
  homeEnvironment,
  environments,
  { ...configs[homeEnvironment], "eks-dryrun-runner:githubActorIds": "[583231]", ...releases },
  {},
);

const { environment, settings } = releasing;
const projectName = applyProjectName(environment.runner);
export const applyRoleArn = `arn:aws:iam::${account}:role/apply-1a2b3c4`;
const created = new Date("2026-01-01T00:00:00Z");

/** Applied in the home environment by its settings, in another one as its stack has put out. */
const applied = new Map(
  environments.filter(hasRunner).flatMap((one) => {
    const accounts: Record<string, string> = { [homeEnvironment]: account, "kr-production": "210987654321" };
    const accountId = accounts[one.name];
    return accountId === undefined ? [] : [[one.name, committedApply(one, accountId)] as const];
  }),
);
// Making them compiles the actions, so they are made once.
const all = new Set(environments.map(({ name }) => name));
const files = committedFiles(
  committedEnvironments(environments, all, applied),
  committedSettings(settings, true),
);

/** A world in which releases are applied, and everything is as the program makes it. */
export function releasingWorld(): FakeWorld & { release: FakeRelease } {
  const world = healthyWorld();
  world.github.files = Object.fromEntries(files.map(({ path, content }) => [path, content]));
  world.project!.webhook!.filterGroups = [
    webhookFilters(runnerWorkflows(settings.apply), settings.githubActorIds) as never,
  ];
  world.entries.push({
    principalArn: applyRoleArn,
    kubernetesGroups: ["release-apply"],
    type: "STANDARD",
    createdAt: new Date("2026-01-01T00:01:00Z"),
  });
  return { ...world, release: release(world) };
}

function release({ project }: FakeWorld): FakeRelease {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const { repository, workflow } = releaseTrust(settings);
  const provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
  const trust = releaseTrustPolicy(provider, repository, environment.name, workflow);
  const roleName = `${environment.name}-release`;
  return {
    projectName,
    project: {
      ...project,
      name: projectName,
      serviceRole: applyRoleArn,
      source: { ...project!.source!, buildspec: buildspecOf(environment, settings) },
      timeoutInMinutes: applyBuildTimeoutMinutes,
      concurrentBuildLimit: 1,
      webhook: undefined,
    },
    roleNames: [roleName, "apply-1a2b3c4"],
    role: {
      RoleName: roleName,
      Arn: `arn:aws:iam::${account}:role/${roleName}`,
      Path: "/",
      RoleId: "AROA2",
      CreateDate: created,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    },
    policy: releasePolicy({
      projectArn: arn("codebuild", `project/${projectName}`),
      logGroupArn: arn("logs", `log-group:/aws/codebuild/${projectName}`),
      variables: ["K8S_APPLY_DELETE"],
    }),
    applyRole: {
      RoleName: "apply-1a2b3c4",
      Arn: applyRoleArn,
      Path: "/",
      RoleId: "AROA3",
      CreateDate: created,
    },
    environment: {
      can_admins_bypass: false,
      protection_rules: [
        {
          type: "required_reviewers",
          prevent_self_review: true,
          reviewers: [
            { type: "User", reviewer: { id: 583231 } },
            { type: "Team", reviewer: { id: 4711 } },
          ],
        },
        { type: "branch_policy" },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    },
    refs: [
      { name: "main", type: "branch" },
      { name: "v*", type: "tag" },
    ],
  };
}
