import { DeleteAccessEntryCommand } from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  type Role,
} from "@aws-sdk/client-iam";
import { setTimeout } from "node:timers/promises";
import { createEntry } from "./clusterAccess";
import type { Deployment } from "./deployment";
import type { Mutation, Undo } from "./mutation";

export const roleMutations: Mutation[] = [
  {
    name: "role-recreated",
    about:
      "The runner's role is deleted and made anew under its name, and the access entry means the dead one.",
    break: roleRecreated,
  },
  {
    name: "missing-describe-cluster-permission",
    about: "The runner's role may not look at the cluster any more.",
    break: withoutActions(/^eks:/),
  },
  {
    name: "missing-network-interface-permission",
    about: "The runner's role may not hand its network interface to CodeBuild any more.",
    break: withoutActions(/^ec2:CreateNetworkInterfacePermission$/),
  },
  {
    name: "missing-logs-permission",
    about: "The runner's role may not write the build's log any more.",
    break: withoutActions(/^logs:/),
  },
  {
    name: "missing-connection-permission",
    about: "The runner's role may not use the connection to GitHub any more.",
    break: withoutActions(/^(codeconnections|codestar-connections):/),
  },
  {
    name: "role-trust-wrong",
    about: "The runner's role trusts EC2 in place of CodeBuild.",
    break: roleTrustWrong,
  },
];

/** Other services go by the IAM of some seconds ago: the sandbox's lag is six. */
const lagMilliseconds = 7_000;

interface Policy {
  PolicyName: string;
  document: { Statement: { Action: string | string[] }[] };
}

async function roleRecreated(deployment: Deployment): Promise<Undo> {
  const { iam, eks, clusterName, runnerRoleArn: principalArn } = deployment;
  const role = await runnersRole(deployment);
  const policies = await inlinePolicies(deployment);
  const RoleName = roleName(deployment);
  for (const { PolicyName } of policies)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  await iam.send(
    new CreateRoleCommand({ RoleName, Description: role.Description, AssumeRolePolicyDocument: role.trust }),
  );
  await putPolicies(deployment, policies);
  return async () => {
    await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
    await createEntry(deployment, principalArn);
  };
}

function withoutActions(pattern: RegExp) {
  return async (deployment: Deployment): Promise<Undo> => {
    const policies = await inlinePolicies(deployment);
    const lacking = policies.map(({ PolicyName, document }) => ({
      PolicyName,
      document: { ...document, Statement: document.Statement.flatMap(without(pattern)) },
    }));
    await putPolicies(deployment, lacking);
    return () => putPolicies(deployment, policies);
  };
}

function without(pattern: RegExp) {
  return <Statement extends { Action: string | string[] }>(statement: Statement) => {
    const Action = [statement.Action].flat().filter((action) => !pattern.test(action));
    return Action.length > 0 ? [{ ...statement, Action }] : [];
  };
}

async function roleTrustWrong(deployment: Deployment): Promise<Undo> {
  const { trust } = await runnersRole(deployment);
  await putTrust(deployment, trust.replace("codebuild.amazonaws.com", "ec2.amazonaws.com"));
  return () => putTrust(deployment, trust);
}

/** The runner's role with its trust, as JSON. */
export async function runnersRole(deployment: Deployment): Promise<Role & { trust: string }> {
  const { Role } = await deployment.iam.send(new GetRoleCommand({ RoleName: roleName(deployment) }));
  if (!Role) throw new Error(`There is no role ${deployment.runnerRoleArn}.`);
  return { ...Role, trust: decodeURIComponent(Role.AssumeRolePolicyDocument ?? "") };
}

/** Sets who may take the runner's role, and waits until everybody knows. */
export async function putTrust(deployment: Deployment, PolicyDocument: string): Promise<void> {
  const RoleName = roleName(deployment);
  await deployment.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  await setTimeout(lagMilliseconds);
}

async function inlinePolicies(deployment: Deployment): Promise<Policy[]> {
  const { iam } = deployment;
  const RoleName = roleName(deployment);
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  return Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return { PolicyName, document: JSON.parse(decodeURIComponent(PolicyDocument)) as Policy["document"] };
    }),
  );
}

async function putPolicies(deployment: Deployment, policies: Policy[]): Promise<void> {
  const RoleName = roleName(deployment);
  for (const { PolicyName, document } of policies) {
    const PolicyDocument = JSON.stringify(document);
    await deployment.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }
  await setTimeout(lagMilliseconds);
}

function roleName({ runnerRoleArn }: Deployment): string {
  return runnerRoleArn.split("/").at(-1) ?? "";
}
