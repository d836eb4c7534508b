import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient, ListProjectsCommand } from "@aws-sdk/client-codebuild";
import {
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { EKSClient, ListAccessEntriesCommand, ListClustersCommand } from "@aws-sdk/client-eks";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import type { Sandbox } from "../../sandbox/testing";
import { clusterOf, regionOf } from "./deployedWorld";

/** Ids and names of everything that the program could make or change in a region, and the files of the repository. */
export async function inventory(sandbox: Sandbox, stack: string): Promise<Record<string, unknown>> {
  const { stdout } = await sandbox.git(["ls-tree", "-r", "main"]);
  return { ...(await awsInventory(sandbox, stack)), files: stdout };
}

/**
 * Ids and names of everything in AWS that the program could make or change, by the SDK: ten starts of the `aws` command
 * for each look took longer than what was looked at.
 *
 * @param region where the stack's cluster is
 */
export async function awsInventory(
  sandbox: Sandbox,
  stack: string,
  region = regionOf[stack]!,
): Promise<Record<string, unknown>> {
  const clusterName = clusterOf[stack]!;
  const client = {
    region,
    endpoint: `http://127.0.0.1:${String(sandbox.state.ports.aws)}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const [ec2, eks] = [new EC2Client(client), new EKSClient(client)];
  const [subnets, tables, acls, groups, rules, roles, logGroups, projects, entries, clusters] =
    await Promise.all([
      ec2.send(new DescribeSubnetsCommand()),
      ec2.send(new DescribeRouteTablesCommand()),
      ec2.send(new DescribeNetworkAclsCommand()),
      ec2.send(new DescribeSecurityGroupsCommand()),
      ec2.send(new DescribeSecurityGroupRulesCommand()),
      new IAMClient(client).send(new ListRolesCommand({ MaxItems: 1000 })),
      new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand()),
      new CodeBuildClient(client).send(new ListProjectsCommand()),
      eks.send(new ListAccessEntriesCommand({ clusterName })),
      eks.send(new ListClustersCommand()),
    ]);
  return {
    subnets: sorted(subnets.Subnets, ({ SubnetId }) => SubnetId),
    "route tables": sorted(tables.RouteTables, ({ RouteTableId }) => RouteTableId),
    routes: sorted(tables.RouteTables, ({ Routes = [] }) =>
      Routes.map((route) => [route.DestinationCidrBlock, route.GatewayId, route.NatGatewayId]),
    ),
    "network ACLs": sorted(acls.NetworkAcls, ({ NetworkAclId }) => NetworkAclId),
    "subnets of network ACLs": sorted(acls.NetworkAcls, ({ Associations = [] }) =>
      Associations.map(({ SubnetId, NetworkAclId }) => [SubnetId, NetworkAclId]),
    ),
    "security groups": sorted(groups.SecurityGroups, ({ GroupId }) => GroupId),
    rules: sorted(rules.SecurityGroupRules, ({ SecurityGroupRuleId }) => SecurityGroupRuleId),
    roles: sorted(roles.Roles, ({ RoleName }) => RoleName).filter((name) => name.startsWith(`"${stack}`)),
    "log groups": sorted(logGroups.logGroups, ({ logGroupName }) => logGroupName),
    projects: sorted(projects.projects, (name) => name),
    "access entries": sorted(entries.accessEntries, (arn) => arn),
    clusters: sorted(clusters.clusters, (name) => name),
  };
}

/** What is named of each, as JSON. */
function sorted<T>(all: T[] | undefined, named: (one: T) => unknown): string[] {
  return (all ?? []).map((one) => JSON.stringify(named(one))).sort();
}
