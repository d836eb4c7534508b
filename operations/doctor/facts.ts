import { BatchGetProjectsCommand, type Project } from "@aws-sdk/client-codebuild";
import {
  paginateDescribeNatGateways,
  paginateDescribeNetworkAcls,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeVpcEndpoints,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type NatGateway,
  type NetworkAcl,
  type NetworkInterface,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, type Cluster } from "@aws-sdk/client-eks";
import { GetRoleCommand, type Role } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Runner } from "../../stacks/environments";
import type { AwsClients } from "./awsClients";
import { dependsOn, orNothing } from "./lookup";
import type { Subject } from "./subject";

/** What several checks look at, each thing looked up once. */
export class Facts {
  readonly runner: Runner;
  /** AWS in the region of the stack. */
  readonly aws: AwsClients;
  /** Makes the stack's resources as the program has them, after looking at what is there. */
  readonly up: string;
  private readonly known = new Map<string, Promise<unknown>>();

  constructor(readonly subject: Subject) {
    this.runner = subject.environment.runner;
    this.aws = subject.aws(this.runner.region);
    this.up = `pulumi up --refresh --stack ${subject.environment.name}`;
  }

  /** Looks something up, and the next time gives the same answer. */
  once<T>(what: string, look: () => Promise<T>): Promise<T> {
    const answer = (this.known.get(what) as Promise<T> | undefined) ?? look();
    this.known.set(what, answer);
    return answer;
  }

  /** Id of the caller's AWS account. */
  accountId(): Promise<string> {
    return this.once("account", async () => {
      const { Account } = await this.aws.sts.send(new GetCallerIdentityCommand({}));
      return Account ?? "";
    });
  }

  /** The project of the registry's name in a region, or of another name, if there is one. */
  findProject(region = this.runner.region, name = this.runner.projectName): Promise<Project | undefined> {
    return this.once(`project ${name} in ${region}`, async () => {
      const { projects } = await this.subject
        .aws(region)
        .codeBuild.send(new BatchGetProjectsCommand({ names: [name] }));
      return projects?.[0];
    });
  }

  /** @throws CannotLook if there is none */
  async project(): Promise<Project> {
    const project = await this.findProject();
    if (!project) throw dependsOn(`the CodeBuild project ${this.runner.projectName}`);
    return project;
  }

  /** Where the project's builds run. @throws CannotLook if it is nowhere in a VPC */
  async network(): Promise<{ vpcId: string; subnetIds: string[]; securityGroupIds: string[] }> {
    const { vpcId, subnets = [], securityGroupIds = [] } = (await this.project()).vpcConfig ?? {};
    if (vpcId === undefined) throw dependsOn("a VPC of the CodeBuild project");
    return { vpcId, subnetIds: subnets, securityGroupIds };
  }

  /** The role that the project names, if there is one. */
  findRole(): Promise<Role | undefined> {
    return this.once("role", async () => this.findRoleOf((await this.project()).serviceRole ?? ""));
  }

  /** A role by its ARN or its name, if there is one. */
  async findRoleOf(arnOrName: string): Promise<Role | undefined> {
    const RoleName = arnOrName.split("/").at(-1) ?? "";
    return (await orNothing(this.aws.iam.send(new GetRoleCommand({ RoleName }))))?.Role;
  }

  /** @throws CannotLook if there is none */
  async role(): Promise<Role> {
    const role = await this.findRole();
    if (!role) throw dependsOn("the project's role");
    return role;
  }

  findCluster(): Promise<Cluster | undefined> {
    return this.once("cluster", async () => {
      const command = new DescribeClusterCommand({ name: this.runner.clusterName });
      return (await orNothing(this.aws.eks.send(command)))?.cluster;
    });
  }

  /** @throws CannotLook if there is none */
  async cluster(): Promise<Cluster> {
    const cluster = await this.findCluster();
    if (!cluster) throw dependsOn(`the EKS cluster ${this.runner.clusterName}`);
    return cluster;
  }

  /** The project's subnets, as far as they are there. */
  async subnets(): Promise<Subnet[]> {
    return this.subnetsOf((await this.network()).subnetIds);
  }

  /** Subnets, as far as they are there. */
  async subnetsOf(subnetIds: string[]): Promise<Subnet[]> {
    if (subnetIds.length === 0) return [];
    return this.once(`subnets ${subnetIds.join(" ")}`, async () => {
      const Filters = [{ Name: "subnet-id", Values: subnetIds }];
      const { Subnets = [] } = await this.aws.ec2.send(new DescribeSubnetsCommand({ Filters }));
      return Subnets;
    });
  }

  /** All IPv4 ranges of the project's VPC. */
  vpcCidrBlocks(): Promise<string[]> {
    return this.once("VPC", async () => {
      const { vpcId } = await this.network();
      const { Vpcs } = await this.aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
      return (Vpcs?.[0]?.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []);
    });
  }

  /** All network ACLs of the project's VPC. */
  networkAcls(): Promise<NetworkAcl[]> {
    return this.once("network ACLs", async () => {
      const pages = paginateDescribeNetworkAcls({ client: this.aws.ec2 }, { Filters: await this.inVpc() });
      return all(pages, ({ NetworkAcls }) => NetworkAcls);
    });
  }

  /** All route tables of the project's VPC. */
  routeTables(): Promise<RouteTable[]> {
    return this.once("route tables", async () => {
      const pages = paginateDescribeRouteTables({ client: this.aws.ec2 }, { Filters: await this.inVpc() });
      return all(pages, ({ RouteTables }) => RouteTables);
    });
  }

  /** All NAT gateways of the project's VPC. */
  natGateways(): Promise<NatGateway[]> {
    return this.once("NAT gateways", async () => {
      const pages = paginateDescribeNatGateways({ client: this.aws.ec2 }, { Filter: await this.inVpc() });
      return all(pages, ({ NatGateways }) => NatGateways);
    });
  }

  /** All security groups of the project's VPC. */
  securityGroups(): Promise<SecurityGroup[]> {
    return this.once("security groups", async () => {
      const pages = paginateDescribeSecurityGroups({ client: this.aws.ec2 }, { Filters: await this.inVpc() });
      return all(pages, ({ SecurityGroups }) => SecurityGroups);
    });
  }

  /** All interface endpoints of the project's VPC. */
  vpcEndpoints(): Promise<VpcEndpoint[]> {
    return this.once("VPC endpoints", async () => {
      const Filters = [...(await this.inVpc()), { Name: "vpc-endpoint-type", Values: ["Interface"] }];
      const pages = paginateDescribeVpcEndpoints({ client: this.aws.ec2 }, { Filters });
      return all(pages, ({ VpcEndpoints }) => VpcEndpoints);
    });
  }

  /** Network interfaces, as far as they are there. */
  async networkInterfaces(ids: string[]): Promise<NetworkInterface[]> {
    if (ids.length === 0) return [];
    const Filters = [{ Name: "network-interface-id", Values: ids }];
    const { NetworkInterfaces = [] } = await this.aws.ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters }),
    );
    return NetworkInterfaces;
  }

  private async inVpc() {
    return [{ Name: "vpc-id", Values: [(await this.network()).vpcId] }];
  }
}

/** The rows of all pages. */
export async function all<Page, Row>(
  pages: AsyncIterable<Page>,
  rows: (page: Page) => Row[] | undefined,
): Promise<Row[]> {
  const found: Row[] = [];
  for await (const page of pages) found.push(...(rows(page) ?? []));
  return found;
}
