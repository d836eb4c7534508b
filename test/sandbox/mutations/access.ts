import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  UpdateAccessEntryCommand,
} from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { type Deployment, roleName } from "./deployment";

/** The group whose members can only dry-run. */
const group = "pr-dry-run";

interface Policy {
  Version: string;
  Statement: { Action: string | string[] }[];
}

/** Deletes the access entry of the runner's role. */
export async function entryMissing({ eks, clusterName, runnerRoleArn }: Deployment): Promise<void> {
  await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn: runnerRoleArn }));
}

/** Gives another role the access entry. */
export async function entryForAnotherRole(deployment: Deployment): Promise<void> {
  await entryMissing(deployment);
  const { eks, iam, clusterName } = deployment;
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: "another-runner", AssumeRolePolicyDocument: trustOf("codebuild") }),
  );
  await eks.send(
    new CreateAccessEntryCommand({ clusterName, principalArn: Role?.Arn, kubernetesGroups: [group] }),
  );
}

/** Puts the access entry in a group that nothing is bound to. */
export async function entryInWrongGroup({ eks, clusterName, runnerRoleArn }: Deployment): Promise<void> {
  const kubernetesGroups = ["dry-run"];
  await eks.send(
    new UpdateAccessEntryCommand({ clusterName, principalArn: runnerRoleArn, kubernetesGroups }),
  );
}

/** Deletes the role and makes it anew under its name, with its policies: EKS goes on knowing the old one's id. */
export async function roleRecreated(deployment: Deployment): Promise<void> {
  const { iam } = deployment;
  const RoleName = roleName(deployment);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const policies = await inlinePolicies(deployment);
  for (const { PolicyName } of policies)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""),
    }),
  );
  for (const { PolicyName, document } of policies)
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
    );
}

/** Takes the role every action that a pattern matches. */
export function missingPermission(pattern: RegExp) {
  return async (deployment: Deployment): Promise<void> => {
    const { iam } = deployment;
    for (const { PolicyName, document } of await inlinePolicies(deployment)) {
      const Statement = document.Statement.map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((action) => !pattern.test(action)),
      })).filter(({ Action }) => Action.length > 0);
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: roleName(deployment),
          PolicyName,
          PolicyDocument: JSON.stringify({ ...document, Statement }),
        }),
      );
    }
  };
}

/** Lets another service take the role. */
export async function roleTrustWrong(deployment: Deployment): Promise<void> {
  await deployment.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: roleName(deployment), PolicyDocument: trustOf("ec2") }),
  );
}

async function inlinePolicies(deployment: Deployment): Promise<{ PolicyName: string; document: Policy }[]> {
  const { iam } = deployment;
  const RoleName = roleName(deployment);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return { PolicyName, document: JSON.parse(decodeURIComponent(PolicyDocument)) as Policy };
    }),
  );
}

function trustOf(service: string): string {
  const Principal = { Service: `${service}.amazonaws.com` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });
}
