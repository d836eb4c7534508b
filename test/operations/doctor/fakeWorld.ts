import type { Build, Project } from "@aws-sdk/client-codebuild";
import type {
  NatGateway,
  NetworkAcl,
  RouteTable,
  SecurityGroup,
  Subnet,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import type { AccessEntry, Cluster } from "@aws-sdk/client-eks";
import type { Role } from "@aws-sdk/client-iam";
import type { ServiceQuota } from "@aws-sdk/client-service-quotas";
import { committedFiles } from "../../../committed/files";
import { runnerWorkflows } from "../../../committed/runnerWorkflows";
import { runnerPolicy, runnerTrustPolicy, type PolicyDocument } from "../../../components/runnerPolicy";
import { webhookFilters } from "../../../components/webhookFilters";
import { runnerNetworkAclRules, type NetworkAclRule } from "../../../components/runnerNetworkAcl";
import { environments, homeEnvironment } from "../../../stacks/environments";
import { committedEnvironments } from "../../../stacks/committedPlan";
import { resolveStack } from "../../../stacks/stack";
import type { FakeRelease } from "./fakeRelease";
import { configs, connectionArn } from "../../stacks/world";

export const region = "ap-northeast-1";
export const account = "123456789012";
const projectName = "kubectl-to-trocco-production";
export const roleArn = `arn:aws:iam::${account}:role/runner-1a2b3c4`;
const projectArn = `arn:aws:codebuild:${region}:${account}:project/${projectName}`;
const ec2Arn = (resource: string) => `arn:aws:ec2:${region}:${account}:${resource}`;

/** The stack that is examined, with accounts whose jobs get a runner. */
export const stack = resolveStack(
  homeEnvironment,
  environments,
  { ...configs[homeEnvironment], "eks-dryrun-runner:githubActorIds": "[583231]" },
  {},
);

/** What AWS and GitHub have, as their APIs show it; each part can be changed by a test. */
export interface FakeWorld {
  account: string;
  project?: Project;
  /** Other regions that have a project of the same name. */
  doubles: string[];
  connection?: { ConnectionStatus: string; ProviderType: string };
  role?: Role;
  policy: PolicyDocument;
  attached: { PolicyName: string; PolicyArn: string }[];
  /** Documents of policies that stand by themselves, by ARN. */
  managed: Record<string, string>;
  subnets: Subnet[];
  routeTables: RouteTable[];
  natGateways: NatGateway[];
  attachedGateways: string[];
  securityGroups: SecurityGroup[];
  networkAcls: NetworkAcl[];
  vpcCidrBlocks: string[];
  endpoints: VpcEndpoint[];
  dns: boolean;
  cluster?: Cluster;
  entries: AccessEntry[];
  entryPolicies: string[];
  quotas?: ServiceQuota[];
  builds: Build[];
  github: FakeGitHub;
  /** What applies releases. @default nothing does */
  release?: FakeRelease;
  /** Permissions that the caller has not. */
  denied: string[];
}

export interface FakeGitHub {
  visibility: string;
  hooks: { id: number; active: boolean; events: string[]; config: { url: string } }[];
  deliveries: { id: number; label: string; statusCode: number; answer: string }[];
  files: Record<string, string>;
  /** What an open pull request's branch has. @default none is open */
  proposed?: { branch: string; files: Record<string, string> };
  jobs: { name: string; status: string; conclusion: string | null }[];
  /** Apps of the organisation; undefined where the token may not see them. */
  installations?: { app_slug: string; repository_selection: string; html_url: string; permissions: object }[];
}

/** A world in which everything is as the program makes it. */
export function healthyWorld(): FakeWorld {
  return {
    account,
    project: project(),
    doubles: [],
    connection: { ConnectionStatus: "AVAILABLE", ProviderType: "GitHub" },
    role: role(),
    policy: policy(),
    attached: [],
    managed: {},
    ...network(),
    dns: true,
    cluster: {
      name: "trocco-production",
      status: "ACTIVE",
      version: "1.35",
      accessConfig: { authenticationMode: "API" },
      resourcesVpcConfig: {
        vpcId: "vpc-1",
        clusterSecurityGroupId: "sg-cluster",
        securityGroupIds: ["sg-additional"],
        subnetIds: ["subnet-private-a", "subnet-private-c"],
        endpointPrivateAccess: true,
      },
    },
    entries: [
      {
        principalArn: roleArn,
        kubernetesGroups: ["pr-dry-run"],
        type: "STANDARD",
        createdAt: new Date("2026-01-01T00:01:00Z"),
      },
    ],
    entryPolicies: [],
    quotas: [
      { QuotaName: "Concurrently running builds for Linux/Small environment", QuotaCode: "L-1", Value: 10 },
    ],
    builds: [],
    github: gitHub(),
    denied: [],
  };
}

function project(): Project {
  const { settings } = stack;
  return {
    name: projectName,
    arn: projectArn,
    serviceRole: roleArn,
    source: {
      type: "GITHUB",
      location: "https://github.com/example-org/kubernetes-manifests.git",
      buildspec: "version: 0.2\nphases: {}\n",
      auth: { type: "CODECONNECTIONS", resource: connectionArn },
    },
    environment: { type: "LINUX_CONTAINER", image: settings.image, computeType: settings.computeType },
    timeoutInMinutes: settings.buildTimeoutMinutes,
    queuedTimeoutInMinutes: settings.queuedTimeoutMinutes,
    vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-a", "subnet-c"], securityGroupIds: ["sg-runner"] },
    logsConfig: { cloudWatchLogs: { status: "ENABLED", groupName: `/aws/codebuild/${projectName}` } },
    webhook: {
      url: "https://api.github.com/repos/example-org/kubernetes-manifests/hooks/7",
      payloadUrl: "https://codebuild.ap-northeast-1.amazonaws.com/webhooks?t=1",
      filterGroups: [webhookFilters(runnerWorkflows(settings.apply), settings.githubActorIds) as never],
    },
  };
}

function role(): Role {
  return {
    RoleName: "runner-1a2b3c4",
    Arn: roleArn,
    Path: "/",
    RoleId: "AROA1",
    CreateDate: new Date("2026-01-01T00:00:00Z"),
    AssumeRolePolicyDocument: encodeURIComponent(
      JSON.stringify(runnerTrustPolicy({ accountId: account, arn: projectArn })),
    ),
  };
}

function policy(): PolicyDocument {
  return runnerPolicy({
    region,
    accountId: account,
    logGroupArn: `arn:aws:logs:${region}:${account}:log-group:/aws/codebuild/${projectName}`,
    subnetArns: ["subnet-a", "subnet-c"].map((id) => ec2Arn(`subnet/${id}`)),
    securityGroupArn: ec2Arn("security-group/sg-runner"),
    clusterArn: `arn:aws:eks:${region}:${account}:cluster/trocco-production`,
    githubCredential: stack.settings.githubCredential,
  });
}

function network() {
  const natRoute = (NatGatewayId: string) => [
    { DestinationCidrBlock: "10.10.0.0/16", GatewayId: "local" },
    { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId },
  ];
  return {
    subnets: [
      { SubnetId: "subnet-a", VpcId: "vpc-1", CidrBlock: "10.10.96.0/27", AvailableIpAddressCount: 27 },
      { SubnetId: "subnet-c", VpcId: "vpc-1", CidrBlock: "10.10.96.32/27", AvailableIpAddressCount: 27 },
      { SubnetId: "subnet-private-a", VpcId: "vpc-1", CidrBlock: "10.10.16.0/20" },
      { SubnetId: "subnet-private-c", VpcId: "vpc-1", CidrBlock: "10.10.32.0/20" },
      { SubnetId: "subnet-public", VpcId: "vpc-1", CidrBlock: "10.10.0.0/24" },
    ],
    vpcCidrBlocks: ["10.10.0.0/16"],
    endpoints: [],
    routeTables: [
      { RouteTableId: "rtb-a", Associations: [{ SubnetId: "subnet-a" }], Routes: natRoute("nat-1") },
      { RouteTableId: "rtb-c", Associations: [{ SubnetId: "subnet-c" }], Routes: natRoute("nat-1") },
      {
        RouteTableId: "rtb-public",
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" }],
      },
    ],
    natGateways: [
      {
        NatGatewayId: "nat-1",
        SubnetId: "subnet-public",
        State: "available" as const,
        ConnectivityType: "public" as const,
      },
    ],
    attachedGateways: ["igw-1"],
    securityGroups: securityGroups(),
    networkAcls: networkAcls(),
  };
}

/** The program's own on the runner's subnets; the VPC's, which lets everything through, on all others. */
function networkAcls(): NetworkAcl[] {
  const { egress, ingress } = runnerNetworkAclRules({
    vpcCidrBlocks: ["10.10.0.0/16"],
    controlPlaneCidrBlocks: ["10.10.16.0/20", "10.10.32.0/20"],
    privateDestinations: [],
  });
  const on = (...ids: string[]) => ids.map((SubnetId) => ({ SubnetId }));
  return [
    {
      NetworkAclId: "acl-runner",
      Associations: on("subnet-a", "subnet-c"),
      Entries: [...egress.map(entry(true)), ...ingress.map(entry(false))],
    },
    {
      NetworkAclId: "acl-vpc",
      Associations: on("subnet-private-a", "subnet-private-c", "subnet-public"),
      Entries: [true, false].map((Egress) => allowAll(Egress)),
    },
  ];
}

const entry = (Egress: boolean) => (rule: NetworkAclRule) => {
  const ports = { From: rule.fromPort, To: rule.toPort };
  return {
    Egress,
    RuleNumber: rule.ruleNo,
    RuleAction: rule.action,
    Protocol: rule.protocol,
    CidrBlock: rule.cidrBlock,
    ...(rule.protocol === "-1" ? {} : { PortRange: ports }),
  };
};

/** A rule that lets everything through. */
export const allowAll = (Egress: boolean, RuleNumber = 100) => {
  return { Egress, RuleNumber, Protocol: "-1", CidrBlock: "0.0.0.0/0", RuleAction: "allow" as const };
};

function securityGroups(): SecurityGroup[] {
  const https = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  return [
    { GroupId: "sg-runner", IpPermissionsEgress: [{ ...https, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }] },
    { GroupId: "sg-cluster", IpPermissions: [{ ...https, UserIdGroupPairs: [{ GroupId: "sg-runner" }] }] },
    { GroupId: "sg-additional", IpPermissions: [] },
    { GroupId: "sg-nodes", IpPermissions: [] },
  ];
}

// Making them compiles the action, so they are made once.
const deployed = new Set(environments.map(({ name }) => name));
const files = committedFiles(committedEnvironments(environments, deployed));

function gitHub(): FakeGitHub {
  return {
    visibility: "private",
    hooks: [
      {
        id: 7,
        active: true,
        events: ["workflow_job"],
        config: { url: "https://codebuild.ap-northeast-1.amazonaws.com/webhooks?t=1" },
      },
    ],
    deliveries: [{ id: 70, label: `codebuild-${projectName}-1-1`, statusCode: 200, answer: "" }],
    files: Object.fromEntries(files.map(({ path, content }) => [path, content])),
    jobs: [{ name: "dryrun-ja-production (1_35)", status: "completed", conclusion: "success" }],
    installations: [
      {
        app_slug: "aws-connector-for-github",
        repository_selection: "selected",
        html_url: "https://github.com/organizations/example-org/settings/installations/1",
        permissions: { administration: "write", contents: "write", metadata: "read" },
      },
    ],
  };
}
