import { BatchGetProjectsCommand } from "@aws-sdk/client-codebuild";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { EnvironmentWithRunner } from "../../stacks/environments";
import type { AwsClients } from "../doctor/awsClients";

/** Where a build reaches the cluster from: where the runner's builds run. */
export interface Place {
  accountId: string;
  region: string;
  clusterName: string;
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
  image: string;
  computeType: string;
}

/** Looks at the runner's project. @throws Error if it is not deployed */
export async function placeOf(
  { name, runner }: EnvironmentWithRunner,
  { codeBuild, sts }: AwsClients,
): Promise<Place> {
  const [{ projects }, { Account = "" }] = await Promise.all([
    codeBuild.send(new BatchGetProjectsCommand({ names: [runner.projectName] })),
    sts.send(new GetCallerIdentityCommand({})),
  ]);
  const { vpcConfig, environment } = projects?.[0] ?? {};
  if (!vpcConfig?.vpcId || !environment?.image || !environment.computeType)
    throw new Error(
      `There is no CodeBuild project ${runner.projectName} in ${runner.region} of the account ${Account}, whose network the ` +
        `build would use: pulumi up --stack ${name}`,
    );
  return {
    accountId: Account,
    region: runner.region,
    clusterName: runner.clusterName,
    vpcId: vpcConfig.vpcId,
    subnetIds: vpcConfig.subnets ?? [],
    securityGroupIds: vpcConfig.securityGroupIds ?? [],
    image: environment.image,
    computeType: environment.computeType,
  };
}
