import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { EC2Client, paginateDescribeRouteTables, type RouteTable } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";

/** What a stack has put out: `pulumi stack output --json`. */
export interface Outputs {
  region: string;
  clusterName: string;
  runnerProjectName: string;
  runnerRoleArn: string;
  runnerSecurityGroupId: string;
  runnerSubnetIds: string[];
}

/** A deployed region stack, for hands that break it. */
export interface Deployment extends Outputs {
  codebuild: CodeBuildClient;
  ec2: EC2Client;
  eks: EKSClient;
  iam: IAMClient;
  /** Asks the local GitHub, below `/repos/{owner}/{name}/`. */
  github<T>(method: string, path: string, body?: object): Promise<T>;
  /** kubectl as an administrator of the cluster. */
  kubectl(...args: string[]): Promise<string>;
}

/** Clients of a region of the local AWS. */
export function awsClients(
  port: number,
  region: string,
): Pick<Deployment, "codebuild" | "ec2" | "eks" | "iam"> {
  const settings = {
    endpoint: `http://127.0.0.1:${String(port)}`,
    region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  };
  return {
    codebuild: new CodeBuildClient(settings),
    ec2: new EC2Client(settings),
    eks: new EKSClient(settings),
    iam: new IAMClient(settings),
  };
}

/** Name of the runner's role. */
export function roleName({ runnerRoleArn }: Outputs): string {
  return runnerRoleArn.split("/").at(-1) ?? "";
}

/** The route tables of the runner's subnets, each once. */
export async function runnerRouteTables({ ec2, runnerSubnetIds }: Deployment): Promise<RouteTable[]> {
  const found: RouteTable[] = [];
  const Filters = [{ Name: "association.subnet-id", Values: runnerSubnetIds }];
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, { Filters }))
    found.push(...(page.RouteTables ?? []));
  return found;
}

/** The NAT gateways that the runner's subnets lead to. */
export async function runnerNatGatewayIds(deployment: Deployment): Promise<string[]> {
  const tables = await runnerRouteTables(deployment);
  return [
    ...new Set(tables.flatMap(({ Routes = [] }) => Routes.flatMap(({ NatGatewayId }) => NatGatewayId ?? []))),
  ];
}
