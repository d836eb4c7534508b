import {
  CreateWebhookCommand,
  DeleteProjectCommand,
  DeleteWebhookCommand,
  UpdateWebhookCommand,
  type Webhook,
} from "@aws-sdk/client-codebuild";
import { DeleteConnectionCommand } from "@aws-sdk/client-codestar-connections";
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  UpdateAccessEntryCommand,
  UpdateClusterConfigCommand,
} from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Facts } from "../../operations/doctor/facts";
import { consolePaths } from "../../sandbox/aws/consolePaths";
import { connectionArn } from "../../sandbox/world";
import type { Mutation } from "../operations/doctor/mutations";
import type { Clients } from "./aws/localAws";

/** The deployed world, and what looks at it to find what is to be broken. */
export interface Deployed {
  aws: Clients;
  endpoint: string;
  facts: Facts;
  /** Replaces a file of the target repository, or deletes it. */
  commit: (path: string, change: (text: string) => string | undefined) => Promise<void>;
}

/** Breaks something, and says how it is put back; nothing where it cannot be. */
export type Break = (world: Deployed) => Promise<(() => Promise<unknown>) | undefined>;

const workflow = ".github/workflows/k8s-dryrun.yml";

/** Changes by AWS's and GitHub's own APIs, in the order in which they are made: those without a way back last. */
export const breaks: [Mutation, Break][] = [
  ["no-nat-route", noNatRoute],
  ["nat-without-way-out", natWithoutWayOut],
  ["webhook-missing", webhookMissing],
  ["wrong-webhook-event", ({ aws, facts }) => filters(aws, facts, { EVENT: "PUSH" })],
  ["wrong-workflow-filter", ({ aws, facts }) => filters(aws, facts, { WORKFLOW_NAME: "^Other$" })],
  ["wrong-actor-filter", ({ aws, facts }) => filters(aws, facts, { ACTOR_ACCOUNT_ID: "^(?:1)$" })],
  ["unanchored-actor-filter", ({ aws, facts }) => filters(aws, facts, { ACTOR_ACCOUNT_ID: "583231" })],
  ["missing-egress", missingEgress],
  ["ingress-rule-missing", (world) => ingressRule(world, () => Promise.resolve(undefined))],
  ["rule-on-wrong-group", (world) => ingressRule(world, onOtherGroup)],
  ["ingress-rule-wrong-port", (world) => ingressRule(world, onOtherPort)],
  ["public-endpoint-only", publicEndpointOnly],
  ["entry-missing", ({ aws, facts }) => accessEntry(aws, facts)],
  ["entry-for-another-role", ({ aws, facts }) => accessEntry(aws, facts, "eks-cluster")],
  ["entry-in-wrong-group", entryInWrongGroup],
  ["missing-describe-cluster-permission", (world) => withoutStatement(world, "FindCluster")],
  [
    "missing-network-interface-permission",
    (world) => withoutStatement(world, "HandNetworkInterfaceToCodeBuild"),
  ],
  ["missing-logs-permission", (world) => withoutStatement(world, "WriteBuildLog")],
  ["missing-connection-permission", (world) => withoutStatement(world, "UseGitHubConnection")],
  ["connection-not-available", connectionDeleted],
  ["role-trust-wrong", roleTrustWrong],
  ["label-mismatch", ({ commit }) => edited(commit, (text) => text.replaceAll('"1_35"', '"1_34"'))],
  ["wrong-region", ({ commit }) => edited(commit, (text) => text.replaceAll("ap-northeast-1", "us-east-1"))],
  [
    "workflow-edited",
    ({ commit }) =>
      edited(commit, (text) => text.replace(/codebuild-kubectl-[\w-]+-\$/, "codebuild-other-$")),
  ],
  ["action-missing", ({ commit }) => edited(commit, () => undefined, ".github/actions/k8s_dryrun/main.cjs")],
  ["nat-deleted", natDeleted],
  ["role-recreated", roleRecreated],
  ["other-project-name", otherProjectName],
];

async function noNatRoute({ aws, facts }: Deployed) {
  const { subnetIds } = await facts.network();
  const table = (await facts.routeTables()).find((one) =>
    one.Associations?.some(({ SubnetId }) => SubnetId === subnetIds[0]),
  );
  const route = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  const NatGatewayId = table?.Routes?.find(({ NatGatewayId }) => NatGatewayId)?.NatGatewayId;
  await aws.ec2.send(new DeleteRouteCommand(route));
  return () => aws.ec2.send(new CreateRouteCommand({ ...route, NatGatewayId }));
}

async function natWithoutWayOut({ aws, facts }: Deployed) {
  const table = (await facts.routeTables()).find((one) =>
    one.Routes?.some(({ GatewayId }) => GatewayId?.startsWith("igw-")),
  );
  const GatewayId = table?.Routes?.find(({ GatewayId }) => GatewayId?.startsWith("igw-"))?.GatewayId;
  const route = { RouteTableId: table?.RouteTableId, DestinationCidrBlock: "0.0.0.0/0" };
  await aws.ec2.send(new DeleteRouteCommand(route));
  return () => aws.ec2.send(new CreateRouteCommand({ ...route, GatewayId }));
}

async function natDeleted({ aws, facts }: Deployed) {
  const [nat] = await facts.natGateways();
  await aws.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: nat?.NatGatewayId }));
  return undefined;
}

async function webhookMissing({ aws, facts }: Deployed) {
  const { name: projectName, webhook } = await facts.project();
  await aws.codebuild.send(new DeleteWebhookCommand({ projectName }));
  const { filterGroups } = webhook as Webhook;
  return () =>
    aws.codebuild.send(new CreateWebhookCommand({ projectName, filterGroups, buildType: "BUILD" }));
}

async function filters(aws: Clients, facts: Facts, changed: Record<string, string>) {
  const { name: projectName, webhook } = await facts.project();
  const filterGroups = (webhook?.filterGroups ?? []).map((group) =>
    group
      // CodeBuild takes a filter of workflows with queued jobs only.
      .filter(({ type }) => changed.EVENT === undefined || type !== "WORKFLOW_NAME")
      .map((filter) => ({ ...filter, pattern: changed[filter.type ?? ""] ?? filter.pattern })),
  );
  await aws.codebuild.send(new UpdateWebhookCommand({ projectName, filterGroups }));
  return () =>
    aws.codebuild.send(new UpdateWebhookCommand({ projectName, filterGroups: webhook?.filterGroups }));
}

async function missingEgress({ aws, facts }: Deployed) {
  const { securityGroupIds } = await facts.network();
  const [GroupId] = securityGroupIds;
  const group = (await facts.securityGroups()).find((one) => one.GroupId === GroupId);
  const rules = { GroupId, IpPermissions: group?.IpPermissionsEgress };
  await aws.ec2.send(new RevokeSecurityGroupEgressCommand(rules));
  return () => aws.ec2.send(new AuthorizeSecurityGroupEgressCommand(rules));
}

type MakeRule = (
  world: Deployed,
  rule: IpPermission,
  clusterGroup: string,
) => Promise<(() => Promise<unknown>) | undefined>;

/** Takes the rule for the runner away from the cluster's group, and makes another in its place. */
async function ingressRule(world: Deployed, makeOther: MakeRule) {
  const { aws, facts } = world;
  const { securityGroupIds } = await facts.network();
  const GroupId = (await facts.cluster()).resourcesVpcConfig?.clusterSecurityGroupId ?? "";
  const group = (await facts.securityGroups()).find((one) => one.GroupId === GroupId);
  const found = group?.IpPermissions?.find(({ FromPort }) => FromPort === 443);
  const rule: IpPermission = {
    IpProtocol: "tcp",
    FromPort: 443,
    ToPort: 443,
    UserIdGroupPairs: [
      { GroupId: securityGroupIds[0], Description: found?.UserIdGroupPairs?.[0]?.Description },
    ],
  };
  await aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  const undoOther = await makeOther(world, rule, GroupId);
  return async () => {
    await undoOther?.();
    await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  };
}

async function onOtherGroup({ aws, facts }: Deployed, rule: IpPermission) {
  const { vpcId: VpcId } = await facts.network();
  const other = { GroupName: "nobody-uses-it", Description: "A group that no cluster uses", VpcId };
  const { GroupId } = await aws.ec2.send(new CreateSecurityGroupCommand(other));
  await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }));
  return () => aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
}

async function onOtherPort({ aws }: Deployed, rule: IpPermission, GroupId: string) {
  const rules = { GroupId, IpPermissions: [{ ...rule, FromPort: 8443, ToPort: 8443 }] };
  await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(rules));
  return () => aws.ec2.send(new RevokeSecurityGroupIngressCommand(rules));
}

async function publicEndpointOnly({ aws, facts }: Deployed) {
  const access = (isPublic: boolean) =>
    new UpdateClusterConfigCommand({
      name: facts.runner.clusterName,
      resourcesVpcConfig: { endpointPublicAccess: isPublic, endpointPrivateAccess: !isPublic },
    });
  await aws.eks.send(access(true));
  return () => aws.eks.send(access(false));
}

/** Deletes the runner's access entry, and makes one for another role where that is named. */
async function accessEntry({ eks }: Clients, facts: Facts, otherRole?: string) {
  const { clusterName } = facts.runner;
  const { serviceRole: principalArn = "" } = await facts.project();
  const make = (arn: string) =>
    eks.send(
      new CreateAccessEntryCommand({
        clusterName,
        principalArn: arn,
        kubernetesGroups: ["pr-dry-run"],
        type: "STANDARD",
      }),
    );
  await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  const other = otherRole && principalArn.replace(/role\/.*/, `role/${otherRole}`);
  if (other) await make(other);
  return async () => {
    if (other) await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn: other }));
    await make(principalArn);
  };
}

async function entryInWrongGroup({ aws, facts }: Deployed) {
  const entry = { clusterName: facts.runner.clusterName, principalArn: (await facts.project()).serviceRole };
  const set = (group: string) =>
    aws.eks.send(new UpdateAccessEntryCommand({ ...entry, kubernetesGroups: [group] }));
  await set("developers");
  return () => set("pr-dry-run");
}

async function ownPolicy({ aws, facts }: Deployed) {
  const RoleName = (await facts.role()).RoleName ?? "";
  const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }));
  const PolicyName = PolicyNames[0] ?? "";
  const { PolicyDocument = "" } = await aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  return { RoleName, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) };
}

async function withoutStatement(world: Deployed, sid: string) {
  const policy = await ownPolicy(world);
  const document = JSON.parse(policy.PolicyDocument) as { Statement: { Sid: string }[] };
  const Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
  const PolicyDocument = JSON.stringify({ ...document, Statement });
  await world.aws.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
  return () => world.aws.iam.send(new PutRolePolicyCommand(policy));
}

async function connectionDeleted({ aws, endpoint }: Deployed) {
  await aws.connections.send(new DeleteConnectionCommand({ ConnectionArn: connectionArn }));
  const body = JSON.stringify({ connectionArn });
  return () => fetch(endpoint + consolePaths.approveConnection, { method: "POST", body });
}

async function roleTrustWrong({ aws, facts }: Deployed) {
  const { RoleName, AssumeRolePolicyDocument = "" } = await facts.role();
  const right = decodeURIComponent(AssumeRolePolicyDocument);
  const set = (PolicyDocument: string) =>
    aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  await set(right.replace("codebuild.amazonaws.com", "ec2.amazonaws.com"));
  return () => set(right);
}

async function roleRecreated(world: Deployed) {
  const { iam } = world.aws;
  const { RoleName = "", AssumeRolePolicyDocument = "", Description } = await world.facts.role();
  const policy = await ownPolicy(world);
  await iam.send(new DeleteRolePolicyCommand(policy));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  const trust = decodeURIComponent(AssumeRolePolicyDocument);
  await iam.send(new CreateRoleCommand({ RoleName, Description, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand(policy));
  return undefined;
}

async function otherProjectName({ aws, facts }: Deployed) {
  await aws.codebuild.send(new DeleteProjectCommand({ name: facts.runner.projectName }));
  return undefined;
}

async function edited(
  commit: Deployed["commit"],
  change: (text: string) => string | undefined,
  path = workflow,
) {
  let kept = "";
  await commit(path, (text) => {
    kept = text;
    return change(text);
  });
  return () => commit(path, () => kept);
}
