import type { Project } from "@aws-sdk/client-codebuild";
import { isDeepStrictEqual } from "node:util";
import { deleteVariable } from "../../committed/apply/buildspec";
import { releaseGroup } from "../../committed/guardNames";
import { applyEnvironmentPath } from "../../committed/paths";
import { applyBuildTimeoutMinutes } from "../../committed/apply/buildspec";
import { githubIssuer } from "../../components/identityTrust";
import { releasePolicy, releaseTrustPolicy } from "../../components/releasePolicy";
import { applyProjectName } from "../../stacks/applyProjectName";
import { homeEnvironment } from "../../stacks/environments";
import { buildspecOf, committedApply, releaseRoleName, releaseTrust } from "../../stacks/releasePlan";
import { deathFaults, describeEntry, rightsFaults } from "./accessEntry";
import { differences, judged, wrong, type Check, type Fault, type Finding } from "./check";
import { committedRoles } from "./committedApply";
import type { Facts } from "./facts";
import { dependsOn } from "./lookup";
import { buildSettings } from "./project";
import { releaseEnvironment } from "./releaseEnvironment";
import { policiesOf } from "./rolePolicies";
import type { Subject } from "./subject";

const homeUp = `pulumi up --refresh --stack ${homeEnvironment}`;

/** What applies releases, where the stack's settings have them applied. */
export function releaseChecks({ settings }: Subject): Check[] {
  if (settings.apply === "disabled") return [];
  return [
    {
      name: "release-workflow",
      looksAt: ({ subject }) => `${subject.environment.name} in ${applyEnvironmentPath}`,
      examine: workflow,
    },
    {
      name: "release-environment",
      looksAt: ({ subject }) => `the protection of the environment ${subject.environment.name} on GitHub`,
      examine: releaseEnvironment,
    },
    {
      name: "release-role",
      looksAt: ({ subject }) => `role ${releaseRoleName(subject.environment.name)}`,
      examine: role,
    },
    {
      name: "apply-project",
      looksAt: ({ runner }) => `CodeBuild project ${applyProjectName(runner)} in ${runner.region}`,
      examine: project,
    },
    {
      name: "apply-access-entry",
      looksAt: ({ runner }) => `the access entry of that project's role in ${runner.clusterName}`,
      examine: accessEntry,
    },
  ];
}

async function workflow(facts: Facts): Promise<Finding> {
  const { environment } = facts.subject;
  const is = (await committedRoles(facts)).get(environment.name);
  if (is === undefined)
    return wrong(
      "the workflow does not have it: the home stack has not seen yet that releases are applied",
      homeUp,
    );
  const { roleArn } = committedApply(environment, await facts.accountId());
  return judged(differences([["its role", is, roleArn]], homeUp), roleArn);
}

async function role(facts: Facts): Promise<Finding> {
  const { environment, settings } = facts.subject;
  const name = releaseRoleName(environment.name);
  const found = await facts.findRoleOf(name);
  if (!found) return wrong(`there is no role ${name}, so no job can start a build`, facts.up);
  const account = await facts.accountId();
  const provider = `arn:aws:iam::${account}:oidc-provider/${githubIssuer}`;
  const { repository, workflow: trusted } = releaseTrust(settings);
  const trust = releaseTrustPolicy(provider, repository, environment.name, trusted);
  const project = applyProjectName(facts.runner);
  const arn = (service: string, rest: string) =>
    `arn:aws:${service}:${facts.runner.region}:${account}:${rest}`;
  const policy = releasePolicy({
    projectArn: arn("codebuild", `project/${project}`),
    logGroupArn: arn("logs", `log-group:/aws/codebuild/${project}`),
    variables: [deleteVariable],
  });
  const { documents, others } = await policiesOf(facts, found);
  const isAsMade = (document: string | undefined, made: object) =>
    isDeepStrictEqual(parsed(document ?? ""), made);
  const faults: Fault[] = [
    ...(isAsMade(found.AssumeRolePolicyDocument, trust)
      ? []
      : ["others may take it than the settings say, or nobody"]),
    ...(isAsMade(documents[0], policy) ? [] : ["its policy is not what the program writes"]),
    ...(others.length === 0 ? [] : [`it has policies that the program did not make: ${others.join(", ")}`]),
  ].map((what) => ({ what, mend: facts.up }));
  return judged(faults, `jobs in the environment ${environment.name}, for one project`);
}

/** A policy's document as IAM shows it: encoded for a URL, or as it is. */
function parsed(document: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(document));
  } catch {
    return document;
  }
}

function findProject(facts: Facts): Promise<Project | undefined> {
  return facts.findProject(facts.runner.region, applyProjectName(facts.runner));
}

async function project(facts: Facts): Promise<Finding> {
  const { environment, settings } = facts.subject;
  const found = await findProject(facts);
  const name = applyProjectName(facts.runner);
  if (!found) return wrong(`there is no project ${name}, so nothing can be applied`, facts.up);
  const faults = differences(
    [
      ...buildSettings(found, settings),
      ["webhook, by which jobs would reach it,", found.webhook && (found.webhook.url ?? "there"), undefined],
      ["minutes for a build", found.timeoutInMinutes, applyBuildTimeoutMinutes],
      ["limit of concurrent builds", found.concurrentBuildLimit, 1],
      ["privileged mode", found.environment?.privilegedMode ?? false, false],
    ],
    facts.up,
  );
  if (found.source?.buildspec !== buildspecOf(environment, settings))
    faults.push({ what: "its buildspec is not what the program writes", mend: facts.up });
  return judged(faults, "no webhook, and the program's own buildspec");
}

async function accessEntry(facts: Facts): Promise<Finding> {
  const { serviceRole } = (await findProject(facts)) ?? {};
  if (serviceRole === undefined) throw dependsOn(`the CodeBuild project ${applyProjectName(facts.runner)}`);
  await facts.cluster();
  const [entry, own] = [await describeEntry(facts, serviceRole), await facts.findRoleOf(serviceRole)];
  if (!own) return wrong(`there is no role ${serviceRole}`, facts.up);
  if (!entry) return wrong(`${serviceRole} has no entry`, facts.up);
  const faults = [...(await rightsFaults(facts, entry, releaseGroup)), ...deathFaults(facts, entry, own)];
  return judged(faults, `${serviceRole}: group ${releaseGroup}, no access policy`);
}
