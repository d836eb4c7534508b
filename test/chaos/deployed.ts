import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { BatchGetProjectsCommand, ListProjectsCommand } from "@aws-sdk/client-codebuild";
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAccessEntryCommand,
  ListAccessEntriesCommand,
  ListClustersCommand,
} from "@aws-sdk/client-eks";
import { GetAccountAuthorizationDetailsCommand } from "@aws-sdk/client-iam";
import { clients, type Clients } from "../sandbox/aws/localAws";
import { regionOf } from "../sandbox/deployedWorld";
import { Names } from "./names";
import type { PulumiResource, World } from "./world";

/**
 * Everything that is deployed for a stack: its region's AWS, the repository with its hooks, Pulumi's state. Ids, times
 * and generated parts of names are told by what they stand for, so that two runs of one program are equal, text by text,
 * and a thing too many is a line too many.
 */
export async function deployed(world: World, stack: string): Promise<string[]> {
  const aws = clients(world.endpoint(), regionOf[stack]);
  const names = new Names();
  const [network, roles, logGroups, projects, accessEntries, repository] = await Promise.all([
    readNetwork(aws, names),
    readRoles(aws, names),
    readLogGroups(aws),
    readProjects(aws),
    readAccessEntries(aws),
    readRepository(world, names),
  ]);
  const { resources, pending_operations } = await world.state(stack);
  const parts = {
    ...network,
    roles,
    logGroups,
    projects,
    accessEntries,
    ...repository,
    resources: resources.map(withoutHistory),
    pending_operations,
  };
  return Object.entries(parts)
    .flatMap(([part, rows]) => (rows as unknown[]).map((row) => `${part} ${names.tell(row)}`))
    .sort();
}

/** What is seen of a thing depends on when it was last looked at: a branch goes on after it was made. */
const momentary: Partial<Record<string, string[]>> = {
  "github:index/branch:Branch": ["sha"],
  "github:index/repositoryPullRequest:RepositoryPullRequest": ["headSha", "updatedAt", "openedAt"],
};

/** A resource of the state without the way that it came there: made, or taken over. */
function withoutHistory({ importID, inputs = {}, outputs = {}, ...resource }: PulumiResource) {
  void importID;
  return {
    ...resource,
    inputs: given(inputs),
    outputs: omitted(outputs, momentary[resource.type] ?? []),
  };
}

/** Inputs without those that the provider filled in. */
function given(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(given);
  if (typeof value !== "object" || value === null) return value;
  const { __defaults: defaults = [], ...own } = value as { __defaults?: string[] };
  return Object.fromEntries(Object.entries(omitted(own, defaults)).map(([key, one]) => [key, given(one)]));
}

function omitted(values: Record<string, unknown>, keys: string[]) {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

async function readNetwork({ ec2 }: Clients, names: Names) {
  const [
    { NetworkAcls = [] },
    { Subnets = [] },
    { RouteTables = [] },
    { SecurityGroups = [] },
    { SecurityGroupRules = [] },
  ] = await Promise.all([
    ec2.send(new DescribeNetworkAclsCommand({})),
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeRouteTablesCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeSecurityGroupRulesCommand({})),
  ]);
  for (const { SubnetId, Tags } of Subnets) names.add(SubnetId, `(subnet ${nameOf(Tags)})`);
  for (const { NetworkAclId, Tags } of NetworkAcls) names.add(NetworkAclId, `(network ACL ${nameOf(Tags)})`);
  for (const { NetworkAclAssociationId, SubnetId } of NetworkAcls.flatMap(
    ({ Associations = [] }) => Associations,
  ))
    names.add(NetworkAclAssociationId, `(network ACL of ${SubnetId ?? ""})`);
  for (const { RouteTableId, Tags } of RouteTables) names.add(RouteTableId, `(route table ${nameOf(Tags)})`);
  for (const { GroupId, Tags, GroupName } of SecurityGroups)
    names.add(GroupId, `(security group ${nameOf(Tags) || (GroupName ?? "")})`);
  for (const { RouteTableAssociationId, SubnetId } of RouteTables.flatMap(
    ({ Associations = [] }) => Associations,
  ))
    names.add(RouteTableAssociationId, `(association of ${SubnetId ?? "the main table"})`);
  for (const { SecurityGroupRuleId, GroupId, IsEgress, Description } of SecurityGroupRules)
    names.add(
      SecurityGroupRuleId,
      `(rule of ${GroupId ?? ""}, ${IsEgress ? "out" : "in"}, ${Description ?? ""})`,
    );
  return {
    subnets: Subnets,
    // Rules and subnets of one come in any order.
    networkAcls: NetworkAcls.map(({ Entries = [], Associations = [], ...acl }) => ({
      ...acl,
      Entries: Entries.map((entry) => names.tell(entry)).sort(),
      Associations: Associations.map((association) => names.tell(association)).sort(),
    })),
    // The ways of one table come in any order.
    routeTables: RouteTables.map(({ Routes = [], Associations = [], ...table }) => ({
      ...table,
      Routes: Routes.map((route) => names.tell(route)).sort(),
      Associations: Associations.map((association) => names.tell(association)).sort(),
    })),
    // Its rules are rows of their own.
    securityGroups: SecurityGroups.map(({ GroupId, GroupName, Description, VpcId, Tags }) => ({
      ...{ GroupId, GroupName, Description, VpcId, Tags },
    })),
    rules: SecurityGroupRules,
  };
}

const nameOf = (tags: Tag[] = []) => tags.find(({ Key }) => Key === "Name")?.Value ?? "";

async function readRoles({ iam }: Clients, names: Names) {
  const { RoleDetailList = [] } = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ["Role"] }),
  );
  for (const { RoleId, RoleName } of RoleDetailList) names.add(RoleId, `(id of role ${RoleName ?? ""})`);
  return RoleDetailList;
}

async function readLogGroups({ logs }: Clients) {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  return Promise.all(
    logGroups.map(async ({ logGroupName, retentionInDays, arn }) => {
      const resourceArn = arn?.replace(/:\*$/, "");
      const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
      return { logGroupName, retentionInDays, tags };
    }),
  );
}

async function readProjects({ codebuild }: Clients) {
  const { projects: all = [] } = await codebuild.send(new ListProjectsCommand({}));
  if (all.length === 0) return [];
  const { projects = [] } = await codebuild.send(new BatchGetProjectsCommand({ names: all }));
  return projects;
}

async function readAccessEntries({ eks }: Clients) {
  const { clusters = [] } = await eks.send(new ListClustersCommand({}));
  const entries: unknown[] = [];
  for (const clusterName of clusters) {
    const { accessEntries = [] } = await eks.send(new ListAccessEntriesCommand({ clusterName }));
    for (const principalArn of accessEntries)
      entries.push(
        (await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }))).accessEntry,
      );
  }
  return entries;
}

/** The whole history of each branch, the default branch's files as they are now, and what GitHub keeps beside them. */
async function readRepository(world: World, names: Names) {
  const [branches, hooks, rulesets, pullRequests] = await Promise.all([
    world.git("for-each-ref", "--format=%(refname:short)", "refs/heads"),
    world.listed("hooks"),
    world.listed<{ id: number }>("rulesets"),
    world.listed<PullRequest>("pulls?state=all"),
  ]);
  const seen = new Map<string, number>();
  const commits: string[][] = [];
  for (const branch of branches.split("\n").filter(Boolean)) {
    const added = branch === "main" ? ["main"] : [branch, "^main"];
    const log = (await world.git("log", "--reverse", "--format=%H %s", ...added)).split("\n").filter(Boolean);
    for (const line of log) {
      const [sha = "", ...subject] = line.split(" ");
      const text = `${branch}: ${subject.join(" ")}`;
      seen.set(text, (seen.get(text) ?? 0) + 1);
      names.add(sha, `(commit ${String(seen.get(text))} "${text}")`);
    }
    // One text, because the order counts.
    commits.push([branch, ...log.map((line) => line.replace(/^\S+ /, ""))]);
  }
  return {
    commits,
    files: (await world.git("ls-tree", "-r", "main")).split("\n").filter(Boolean),
    hooks,
    rulesets: await Promise.all(rulesets.map(({ id }) => world.listed(`rulesets/${String(id)}`))),
    pullRequests: pullRequests.map(({ number, state, title, body, head, base }) => ({
      ...{ number, state, title, body, head: head.ref, base: base.ref },
    })),
  };
}

interface PullRequest {
  number: number;
  state: string;
  title: string;
  body: string | null;
  head: { ref: string };
  base: { ref: string };
}
