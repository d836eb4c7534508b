import { BatchGetProjectsCommand, type Project } from "@aws-sdk/client-codebuild";
import {
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  DescribeSubnetsCommand,
  type NatGateway,
  type RouteTable,
  type SecurityGroup,
  type Subnet,
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

  /** The project of the registry's name in a region, if there is one. */
  findProject(region = this.runner.region): Promise<Project | undefined> {
    return this.once(`project in ${region}`, async () => {
      const names = [this.runner.projectName];
      const { projects } = await this.subject
        .aws(region)
        .codeBuild.send(new BatchGetProjectsCommand({ names }));
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
    return this.once("role", async () => {
      const arn = (await this.project()).serviceRole ?? "";
      const RoleName = arn.split("/").at(-1) ?? "";
      const answer = await orNothing(this.aws.iam.send(new GetRoleCommand({ RoleName })));
      return answer?.Role;
    });
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
  subnets(): Promise<Subnet[]> {
    return this.once("subnets", async () => {
      const { subnetIds } = await this.network();
      const Filters = [{ Name: "subnet-id", Values: subnetIds }];
      const { Subnets = [] } = await this.aws.ec2.send(new DescribeSubnetsCommand({ Filters }));
      return Subnets;
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
