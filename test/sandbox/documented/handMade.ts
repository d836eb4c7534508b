import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient, CreateProjectCommand, CreateWebhookCommand } from "@aws-sdk/client-codebuild";
import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateAccessEntryCommand, DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { checkout } from "../../../sandbox/folder";
import type { Sandbox } from "../../../sandbox/testing";
import { connectionArn } from "../../../sandbox/world";
import { environments } from "../../../stacks/environments";

/** A region whose runner a person made in the consoles. */
export interface HandMadeRegion {
  region: string;
  clusterName: string;
  projectName: string;
  subnets: { availabilityZone: string; cidrBlock: string }[];
}

/** The runner of a stack as a person made it: where its settings want it, and under the name that the registry has. */
export function handMadeRegion(stack: string): HandMadeRegion {
  const { runner } = environments.find(({ name }) => name === stack) ?? {};
  if (!runner) throw new Error(`${stack} has no runner`);
  const { config } = parse(readFileSync(join(checkout, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: { "eks-dryrun-runner:runnerSubnets": HandMadeRegion["subnets"] };
  };
  const { region, clusterName, projectName } = runner;
  return { region, clusterName, projectName, subnets: config["eks-dryrun-runner:runnerSubnets"] };
}

/** Whose rights the hand-made role has in its cluster. */
export const handMadeGroup = "ci";

/** Ids of what was made, by the names that docs/operations.md has for them. */
export type HandMadeIds = Record<
  | "VPC"
  | "first subnet"
  | "second subnet"
  | "route table"
  | "security group"
  | "rule that lets everything out"
  | "rule at the control plane"
  | "hand-made role",
  string
>;

/**
 * Makes a runner through AWS's APIs as a person does who follows AWS's guide and the consoles' defaults: a role under
 * `/service-role/`, a security group that lets everything out, a webhook with its event alone.
 */
export async function makeByHand(sandbox: Sandbox, wanted: HandMadeRegion): Promise<HandMadeIds> {
  const { region, clusterName, projectName } = wanted;
  const client = {
    region,
    endpoint: `http://127.0.0.1:${String(sandbox.state.ports.aws)}`,
    credentials: { accessKeyId: "person", secretAccessKey: "person" },
  };
  const eks = new EKSClient(client);
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
  const { vpcId = "", clusterSecurityGroupId = "" } = cluster?.resourcesVpcConfig ?? {};
  const ec2 = new EC2Client(client);
  const network = await makeNetwork(ec2, vpcId, wanted);
  const groups = await makeSecurityGroup(ec2, vpcId, clusterSecurityGroupId);

  const roleArn = await makeRole(new IAMClient(client), projectName);
  const entry = { clusterName, principalArn: roleArn, kubernetesGroups: [handMadeGroup] };
  await onceKnown(() => eks.send(new CreateAccessEntryCommand(entry)));
  // CodeBuild makes it at the first build.
  const logGroupName = `/aws/codebuild/${projectName}`;
  await new CloudWatchLogsClient(client).send(new CreateLogGroupCommand({ logGroupName }));
  await makeProject(new CodeBuildClient(client), projectName, roleArn, {
    vpcId,
    subnets: network.subnetIds,
    securityGroupIds: [groups.securityGroupId],
  });
  return {
    VPC: vpcId,
    "first subnet": network.subnetIds[0] ?? "",
    "second subnet": network.subnetIds[1] ?? "",
    "route table": network.routeTableId,
    "security group": groups.securityGroupId,
    "rule that lets everything out": groups.egressRuleId,
    "rule at the control plane": groups.ingressRuleId,
    "hand-made role": roleArn,
  };
}

async function makeNetwork(ec2: EC2Client, vpcId: string, { subnets }: HandMadeRegion) {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
  const routeTableId = RouteTable?.RouteTableId ?? "";
  const { NatGateways = [] } = await ec2.send(
    new DescribeNatGatewaysCommand({ Filter: [{ Name: "vpc-id", Values: [vpcId] }] }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: routeTableId,
      DestinationCidrBlock: "0.0.0.0/0",
      NatGatewayId: NatGateways[0]?.NatGatewayId,
    }),
  );
  const subnetIds: string[] = [];
  for (const { availabilityZone, cidrBlock } of subnets) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpcId, AvailabilityZone: availabilityZone, CidrBlock: cidrBlock }),
    );
    const SubnetId = Subnet?.SubnetId ?? "";
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId }));
    subnetIds.push(SubnetId);
  }
  return { routeTableId, subnetIds };
}

async function makeSecurityGroup(ec2: EC2Client, vpcId: string, clusterSecurityGroupId: string) {
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: "codebuild-kubectl",
      Description: "kubectl of CI",
      VpcId: vpcId,
    }),
  );
  const { SecurityGroupRules: atControlPlane = [] } = await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: clusterSecurityGroupId,
      IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] }],
    }),
  );
  const { SecurityGroupRules: own = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [GroupId] }] }),
  );
  return {
    securityGroupId: GroupId,
    ingressRuleId: atControlPlane[0]?.SecurityGroupRuleId ?? "",
    egressRuleId: own.find(({ IsEgress }) => IsEgress)?.SecurityGroupRuleId ?? "",
  };
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
async function makeRole(iam: IAMClient, projectName: string): Promise<string> {
  const RoleName = `codebuild-${projectName}-service-role`;
  const trust = {
    Effect: "Allow",
    Principal: { Service: "codebuild.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      Path: "/service-role/",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  const Action = ["logs:*", "ec2:*", "eks:DescribeCluster", "codeconnections:*", "codestar-connections:*"];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "ci",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*" }],
      }),
    }),
  );
  return Role?.Arn ?? "";
}

async function makeProject(
  codeBuild: CodeBuildClient,
  name: string,
  serviceRole: string,
  vpcConfig: { vpcId: string; subnets: string[]; securityGroupIds: string[] },
): Promise<void> {
  const project = new CreateProjectCommand({
    name,
    serviceRole,
    vpcConfig,
    source: {
      type: "GITHUB",
      location: "https://github.com/example-org/kubernetes-manifests.git",
      auth: { type: "CODECONNECTIONS", resource: connectionArn },
      gitCloneDepth: 1,
    },
    artifacts: { type: "NO_ARTIFACTS" },
    environment: {
      type: "LINUX_CONTAINER",
      image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
      computeType: "BUILD_GENERAL1_SMALL",
    },
    logsConfig: { cloudWatchLogs: { status: "ENABLED" } },
  });
  await onceKnown(() => codeBuild.send(project));
  await codeBuild.send(
    new CreateWebhookCommand({
      projectName: name,
      buildType: "BUILD",
      filterGroups: [[{ type: "EVENT", pattern: "WORKFLOW_JOB_QUEUED" }]],
    }),
  );
}

/** What a role may do takes effect some seconds after it was made: until then a person tries again. */
async function onceKnown(call: () => Promise<unknown>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(1000))
    try {
      await call();
      return;
    } catch (error) {
      const isLag = /invalid principal|not authorized|Access denied/i.test(String(error));
      if (!isLag || Date.now() > deadline) throw error;
    }
}
