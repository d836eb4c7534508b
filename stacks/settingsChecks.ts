import { workflowJobTimeoutMinutes } from "../committed/dryRunJob";
import { createdClusterProblems } from "./clusterSettingsChecks";
import { homeEnvironment } from "./environments";
import { releaseProblems } from "./releaseSettingsChecks";
import { configSetCommand, removeCommand, shown, shellQuoted, type Problem } from "./problems";
import type { SettingsSource, SettingValues } from "./settings";
import { settingsTable, type SettingName } from "./settingsTable";
import { overlap } from "../components/ipv4Ranges";

/** What is wrong between settings that may each be right alone, and in the keys of the AWS and GitHub providers. */
export function crossProblems(source: SettingsSource, values: Partial<SettingValues>): Problem[] {
  return [
    ...credentialProblems(source, values),
    ...actorProblems(source, values),
    ...timeoutProblems(source, values),
    ...subnetProblems(source, values),
    ...createdClusterProblems(source, values),
    ...requiredCheckProblems(source, values),
    ...releaseProblems(source, values),
    ...awsProblems(source),
    ...githubProblems(source, values),
  ];
}

const key = (name: SettingName, path = "") => `eks-dryrun-runner:${name}${path}`;

const credentialNames = ["connectionArn", "githubSecretArn", "githubDefaultCredential"] as const;

function credentialProblems(
  { stack, config, environment }: SettingsSource,
  values: Partial<SettingValues>,
): Problem[] {
  const present = credentialNames.filter((name) => config[key(name)] !== undefined);
  const expected = `exactly one of ${credentialNames.join(", ")}: a runner registers with a GitHub credential`;
  if (present.length === 0) {
    const { example } = settingsTable.connectionArn;
    return [
      {
        key: key("connectionArn"),
        wrong: "is missing, and so are the other GitHub credentials",
        expected,
        command: configSetCommand(stack, key("connectionArn"), example),
      },
    ];
  }
  const secretRegion = values.githubSecretArn?.split(":")[3];
  const { region } = environment.runner;
  const elsewhere: Problem[] =
    secretRegion === undefined || secretRegion === region
      ? []
      : [
          {
            key: key("githubSecretArn"),
            wrong: `is in the region ${shown(secretRegion)}`,
            expected: `a secret in ${region}, because CodeBuild reads it in the project's own region`,
            command: configSetCommand(
              stack,
              key("githubSecretArn"),
              settingsTable.githubSecretArn.example.replace("ap-northeast-1", region),
            ),
          },
        ];
  const second = present.slice(1).map((name) => ({
    key: key(name),
    wrong: `is set beside ${present[0] ?? ""}`,
    expected,
    command: removeCommand(stack, key(name)),
  }));
  return [...elsewhere, ...second];
}

function actorProblems({ stack, config }: SettingsSource, values: Partial<SettingValues>): Problem[] {
  if (config[key("githubActorIds")] !== undefined) return [];
  const because =
    values.targetRepositoryIsPublic === true
      ? ["the target repository is public", "anybody can open a pull request there"]
      : config[key("runnerGroup")] !== undefined
        ? ["runnerGroup is set", "a label can have a runner register in another group"]
        : undefined;
  if (because === undefined) return [];
  return [
    {
      key: key("githubActorIds"),
      wrong: `is missing, but ${because[0] ?? ""}`,
      expected: `the numeric ids of the accounts that may use the runner: ${because[1] ?? ""}`,
      command: configSetCommand(stack, key("githubActorIds"), settingsTable.githubActorIds.example),
    },
  ];
}

function timeoutProblems({ stack }: SettingsSource, values: Partial<SettingValues>): Problem[] {
  const minutes = values.buildTimeoutMinutes;
  if (minutes === undefined || minutes > workflowJobTimeoutMinutes) return [];
  return [
    {
      key: key("buildTimeoutMinutes"),
      wrong: `is ${String(minutes)}`,
      expected: `more than ${String(workflowJobTimeoutMinutes)}, the workflow's own limit for a job, so that the job ends first and says why`,
      command: configSetCommand(stack, key("buildTimeoutMinutes"), settingsTable.buildTimeoutMinutes.example),
    },
  ];
}

function subnetProblems({ stack, environment }: SettingsSource, values: Partial<SettingValues>): Problem[] {
  const { region } = environment.runner;
  const subnets = values.runnerSubnets ?? [];
  return subnets.flatMap((subnet, index) => {
    const earlier = subnets.slice(0, index);
    const problem = (property: string, wrong: string, expected: string, example: string): Problem => {
      const path = key("runnerSubnets", `[${String(index)}].${property}`);
      return { key: path, wrong, expected, command: configSetCommand(stack, path, example) };
    };
    const problems: Problem[] = [];
    if (subnet.availabilityZone.slice(0, -1) !== region) {
      problems.push(
        problem(
          "availabilityZone",
          `is ${shown(subnet.availabilityZone)}`,
          `a zone of ${region}`,
          `${region}a`,
        ),
      );
    }
    if (earlier.some(({ availabilityZone }) => availabilityZone === subnet.availabilityZone)) {
      const wrong = `is ${shown(subnet.availabilityZone)} a second time`;
      problems.push(problem("availabilityZone", wrong, "a zone of its own for each subnet", `${region}c`));
    }
    const overlapping = earlier.find(({ cidrBlock }) => overlap(cidrBlock, subnet.cidrBlock));
    if (overlapping) {
      const wrong = `is ${shown(subnet.cidrBlock)} and overlaps ${overlapping.cidrBlock}`;
      problems.push(problem("cidrBlock", wrong, "a range of its own for each subnet", "10.10.96.32/27"));
    }
    if (subnet.natGatewayId !== undefined && subnet.routeTableId !== undefined) {
      const path = key("runnerSubnets", `[${String(index)}].routeTableId`);
      problems.push({
        key: path,
        wrong: "is set beside natGatewayId",
        expected: "at most one of natGatewayId and routeTableId",
        command: `pulumi config rm --path ${shellQuoted(path)} --stack ${stack}`,
      });
    }
    return problems;
  });
}

/** A ruleset that requires a check refuses each direct commit, because no check ever ran on it. */
function requiredCheckProblems(
  { stack, config }: SettingsSource,
  { requiredCheck, delivery }: Partial<SettingValues>,
): Problem[] {
  if (stack !== homeEnvironment || requiredCheck !== true || delivery !== "commit") return [];
  if (config[key("githubAppId")] !== undefined) return [];
  return [
    {
      key: key("githubAppId"),
      wrong: "is missing, but requiredCheck goes with delivery commit",
      expected:
        "the App ID of the GitHub App whose token commits the files, so that the required check lets it by; " +
        "or the delivery pullRequest",
      command: configSetCommand(stack, key("githubAppId"), settingsTable.githubAppId.example),
    },
  ];
}

function awsProblems({ stack, environment, config }: SettingsSource): Problem[] {
  const problems: Problem[] = [];
  const { region } = environment.runner;
  const configured = config["aws:region"];
  if (configured !== region) {
    problems.push({
      key: "aws:region",
      wrong: configured === undefined ? "is missing" : `is ${shown(configured)}`,
      expected: `${region}, the region of ${environment.name} in stacks/environments.ts`,
      command: configSetCommand(stack, "aws:region", region),
    });
  }
  return [...problems, ...accountProblems({ stack, config })];
}

/** What is wrong with the list of accounts that a stack may touch. */
export function accountProblems({ stack, config }: Pick<SettingsSource, "stack" | "config">): Problem[] {
  const accounts = config["aws:allowedAccountIds"];
  if (accounts !== undefined && isListOfAccountIds(accounts)) return [];
  return [
    {
      key: "aws:allowedAccountIds",
      wrong: accounts === undefined ? "is missing" : `is ${shown(accounts)}`,
      expected: "a list of AWS account ids, 12 digits each, quoted: no other account is ever touched",
      command: configSetCommand(stack, "aws:allowedAccountIds", '["123456789012"]'),
    },
  ];
}

function isListOfAccountIds(text: string): boolean {
  try {
    const accounts: unknown = JSON.parse(text);
    return (
      Array.isArray(accounts) &&
      accounts.length > 0 &&
      accounts.every((account) => typeof account === "string" && /^\d{12}$/.test(account))
    );
  } catch {
    return false;
  }
}

function githubProblems(
  { stack, config, processEnvironment }: SettingsSource,
  values: Partial<SettingValues>,
): Problem[] {
  const problems: Problem[] = [];
  if (config["github:token"] !== undefined) {
    problems.push({
      key: "github:token",
      wrong: "is set",
      expected:
        "GitHub's token in the environment variable GITHUB_TOKEN only, so that no stack file or state holds it",
      command: removeCommand(stack, "github:token"),
    });
  }
  if (config["github:owner"] !== undefined) {
    problems.push({
      key: "github:owner",
      wrong: "is set",
      expected: "the owner in eks-dryrun-runner:targetRepository only",
      command: removeCommand(stack, "github:owner"),
    });
  }
  return stack === homeEnvironment ? [...problems, ...ownerProblems(values, processEnvironment)] : problems;
}

/**
 * The provider prefers these variables to its own configuration, the older one first, and would commit to another owner's
 * repository (integrations/terraform-provider-github:github/provider.go, ownerOrOrgEnvDefaultFunc). Empty is not set.
 */
function ownerProblems(values: Partial<SettingValues>, processEnvironment: NodeJS.ProcessEnv): Problem[] {
  const target = values.targetRepository;
  if (target === undefined) return [];
  return ["GITHUB_ORGANIZATION", "GITHUB_OWNER"].flatMap((variable) => {
    const owner = processEnvironment[variable];
    if (!owner || owner === target.owner) return [];
    return [
      {
        key: variable,
        wrong: `is ${shown(owner)} in the environment`,
        expected: `not set, or ${target.owner}, the owner in eks-dryrun-runner:targetRepository`,
        command: `unset ${variable}`,
      },
    ];
  });
}
