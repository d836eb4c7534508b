import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type NetworkAcl,
  type RouteTable,
} from "@aws-sdk/client-ec2";
import { BatchGetProjectsCommand } from "@aws-sdk/client-codebuild";
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeAccessEntryCommand, paginateListAccessEntries } from "@aws-sdk/client-eks";
import { ListRoleTagsCommand, paginateListRolePolicies, paginateListRoles } from "@aws-sdk/client-iam";
import { applyProjectName } from "../../stacks/applyProjectName";
import { releaseRoleName } from "../../stacks/releasePlan";
import { namespace } from "../../stacks/settings";
import type { AwsClients } from "../doctor/awsClients";
import { orNothing } from "../doctor/lookup";
import type { Subject } from "../doctor/subject";

/** What is there of a stack in AWS, by its tags and names, whatever the state says. */
export interface Found {
  accessEntries: { principalArn: string }[];
  /** Names of projects with a webhook. */
  webhooks: { projectName: string }[];
  projects: { name: string }[];
  /** Rules that carry the stack's tags, and all rules of its security groups. */
  rules: { id: string; groupId: string; isEgress: boolean }[];
  associations: { id: string; subnetId: string; routeTableId: string }[];
  routes: { routeTableId: string; destination: string }[];
  /** Subnets that have a network ACL of the stack's, and the one of their VPC that they had before. */
  aclAssociations: { id: string; subnetId: string; networkAclId: string; defaultAclId: string }[];
  networkAcls: { id: string }[];
  subnets: { id: string }[];
  routeTables: { id: string }[];
  securityGroups: { id: string }[];
  rolePolicies: { role: string; policy: string }[];
  roles: { name: string }[];
  logGroups: { name: string }[];
}

/** Looks at AWS. @throws CannotLook where it cannot */
export async function findAll({ environment, aws: inRegion }: Subject): Promise<Found> {
  const { name: stack, runner } = environment;
  const aws = inRegion(runner.region);
  const projectNames = [runner.projectName, applyProjectName(runner)];
  const [network, { projects, webhooks }, roles, logGroups] = await Promise.all([
    findNetwork(aws, stack),
    findProjects(aws, stack, projectNames),
    findRoles(aws, stack),
    findLogGroups(aws, stack, `/aws/codebuild/${runner.projectName}`, projectNames),
  ]);
  return {
    ...network,
    projects,
    webhooks,
    roles,
    logGroups,
    rolePolicies: await findRolePolicies(aws, roles),
    accessEntries: await findAccessEntries(aws, stack, runner.clusterName),
  };
}

const projectTag = "pulumi:project";
const stackTag = "pulumi:stack";

const tagFilters = (stack: string) => [
  { Name: `tag:${projectTag}`, Values: [namespace] },
  { Name: `tag:${stackTag}`, Values: [stack] },
];

function isTagged(tags: Record<string, string> | undefined, stack: string): boolean {
  return tags?.[projectTag] === namespace && tags[stackTag] === stack;
}

async function findNetwork({ ec2 }: AwsClients, stack: string) {
  const Filters = tagFilters(stack);
  const [{ Subnets = [] }, { NetworkAcls = [] }, { RouteTables = [] }, { SecurityGroups = [] }] =
    await Promise.all([
      ec2.send(new DescribeSubnetsCommand({ Filters })),
      ec2.send(new DescribeNetworkAclsCommand({ Filters })),
      ec2.send(new DescribeRouteTablesCommand({ Filters })),
      ec2.send(new DescribeSecurityGroupsCommand({ Filters })),
    ]);
  const subnets = Subnets.map(({ SubnetId = "" }) => ({ id: SubnetId }));
  const routeTables = RouteTables.map(({ RouteTableId = "" }) => ({ id: RouteTableId }));
  const securityGroups = SecurityGroups.map(({ GroupId = "" }) => ({ id: GroupId }));
  return {
    subnets,
    networkAcls: NetworkAcls.map(({ NetworkAclId = "" }) => ({ id: NetworkAclId })),
    aclAssociations: await findAclAssociations(ec2, NetworkAcls),
    routeTables,
    securityGroups,
    rules: await findRules(ec2, Filters, securityGroups),
    associations: await findAssociations(ec2, subnets),
    routes: RouteTables.flatMap(routesOf),
  };
}

async function findAclAssociations(
  ec2: AwsClients["ec2"],
  acls: NetworkAcl[],
): Promise<Found["aclAssociations"]> {
  const associations = acls.flatMap(({ VpcId = "", Associations = [] }) =>
    Associations.map((association) => ({ VpcId, ...association })),
  );
  if (associations.length === 0) return [];
  const vpcIds = [...new Set(associations.map(({ VpcId }) => VpcId))];
  const Filters = [
    { Name: "default", Values: ["true"] },
    { Name: "vpc-id", Values: vpcIds },
  ];
  const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters }));
  return associations.map(({ VpcId, ...association }) => ({
    id: association.NetworkAclAssociationId ?? "",
    subnetId: association.SubnetId ?? "",
    networkAclId: association.NetworkAclId ?? "",
    defaultAclId: NetworkAcls.find((acl) => acl.VpcId === VpcId)?.NetworkAclId ?? "",
  }));
}

/** The route that AWS itself makes, to the VPC, is none of ours. */
function routesOf({ RouteTableId: routeTableId = "", Routes = [] }: RouteTable): Found["routes"] {
  return Routes.flatMap(({ Origin, DestinationCidrBlock: destination }) =>
    // A gateway endpoint's has no range.
    Origin === "CreateRoute" && destination !== undefined ? [{ routeTableId, destination }] : [],
  );
}

/** Wherever they lead: the settings may name a route table that is not ours. */
async function findAssociations(
  ec2: AwsClients["ec2"],
  subnets: Found["subnets"],
): Promise<Found["associations"]> {
  if (subnets.length === 0) return [];
  const ids = subnets.map(({ id }) => id);
  const Filters = [{ Name: "association.subnet-id", Values: ids }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return RouteTables.flatMap(({ Associations = [] }) => Associations)
    .filter(({ SubnetId }) => ids.includes(SubnetId ?? ""))
    .map(
      ({ RouteTableAssociationId: id = "", SubnetId: subnetId = "", RouteTableId: routeTableId = "" }) => ({
        id,
        subnetId,
        routeTableId,
      }),
    );
}

async function findRules(
  ec2: AwsClients["ec2"],
  tagged: ReturnType<typeof tagFilters>,
  groups: Found["securityGroups"],
): Promise<Found["rules"]> {
  const own = [{ Name: "group-id", Values: groups.map(({ id }) => id) }];
  const answers = await Promise.all(
    [tagged, ...(groups.length > 0 ? [own] : [])].map((Filters) =>
      ec2.send(new DescribeSecurityGroupRulesCommand({ Filters })),
    ),
  );
  const rules = answers
    .flatMap(({ SecurityGroupRules = [] }) => SecurityGroupRules)
    .map(({ SecurityGroupRuleId: id = "", GroupId: groupId = "", IsEgress: isEgress = false }) => ({
      id,
      groupId,
      isEgress,
    }));
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()];
}

async function findProjects({ codeBuild }: AwsClients, stack: string, names: string[]) {
  const { projects = [] } = await codeBuild.send(new BatchGetProjectsCommand({ names }));
  const ours = projects.filter(({ tags = [] }) =>
    isTagged(Object.fromEntries(tags.map(({ key, value }) => [key ?? "", value ?? ""])), stack),
  );
  return {
    projects: ours.map(({ name = "" }) => ({ name })),
    webhooks: ours.filter(({ webhook }) => webhook).map(({ name = "" }) => ({ projectName: name })),
  };
}

/** Whether the program gives a role of the stack such a name: the runner's, that of the build which applies, or the release's. */
function isNameOfRole(stack: string, name: string): boolean {
  return (
    name === releaseRoleName(stack) ||
    ["runner", "apply"].some((what) => name.startsWith(`${stack}-${what}-`))
  );
}

/** Roles have no lookup by tag, so they are found by the name that the program gives them. */
async function findRoles({ iam }: AwsClients, stack: string): Promise<Found["roles"]> {
  const found: Found["roles"] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    for (const { RoleName: name = "" } of Roles.filter(({ RoleName = "" }) =>
      isNameOfRole(stack, RoleName),
    )) {
      const tags = await orNothing(iam.send(new ListRoleTagsCommand({ RoleName: name })));
      const byKey = Object.fromEntries((tags?.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      if (isTagged(byKey, stack)) found.push({ name });
    }
  }
  return found;
}

async function findRolePolicies({ iam }: AwsClients, roles: Found["roles"]): Promise<Found["rolePolicies"]> {
  const found: Found["rolePolicies"] = [];
  for (const { name: role } of roles) {
    for await (const { PolicyNames = [] } of paginateListRolePolicies({ client: iam }, { RoleName: role }))
      found.push(...PolicyNames.map((policy) => ({ role, policy })));
  }
  return found;
}

async function findLogGroups(
  { logs }: AwsClients,
  stack: string,
  logGroupNamePrefix: string,
  projectNames: string[],
): Promise<Found["logGroups"]> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
  const found: Found["logGroups"] = [];
  for (const { logGroupName: name = "", arn } of logGroups) {
    if (!projectNames.some((projectName) => name === `/aws/codebuild/${projectName}`)) continue;
    const resourceArn = arn?.replace(/:\*$/, "");
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
    if (isTagged(tags, stack)) found.push({ name });
  }
  return found;
}

async function findAccessEntries(
  { eks }: AwsClients,
  stack: string,
  clusterName: string,
): Promise<Found["accessEntries"]> {
  const list = async () => {
    const arns: string[] = [];
    for await (const { accessEntries = [] } of paginateListAccessEntries({ client: eks }, { clusterName }))
      arns.push(...accessEntries);
    return arns;
  };
  const found: Found["accessEntries"] = [];
  // A cluster that is not there has none.
  const arns = (await orNothing(list())) ?? [];
  for (const principalArn of arns.filter((arn) => isNameOfRole(stack, arn.split(":role/")[1] ?? ""))) {
    const command = new DescribeAccessEntryCommand({ clusterName, principalArn });
    const answer = await orNothing(eks.send(command));
    if (isTagged(answer?.accessEntry?.tags, stack)) found.push({ principalArn });
  }
  return found;
}
