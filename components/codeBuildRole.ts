import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runnerPolicy, runnerTrustPolicy, type GithubCredential } from "./runnerPolicy";

/** What the service role of a CodeBuild project is made for. */
export interface CodeBuildRoleArgs {
  /** What the role is for, in a sentence. */
  description: string;
  /** Name of the one project that may take it. */
  projectName: string;
  accountId: string;
  region: string;
  githubCredential: GithubCredential;
  logGroup: aws.cloudwatch.LogGroup;
  subnetArns: pulumi.Input<string[]>;
  securityGroupArn: pulumi.Input<string>;
  clusterArn: pulumi.Input<string>;
  /** ARN of a policy that bounds the role. @default none */
  permissionsBoundaryArn?: pulumi.Input<string>;
  tags: Record<string, string>;
}

/** Registers the service role of a project in private subnets, with the least that it needs there. */
export function codeBuildRole(name: string, args: CodeBuildRoleArgs, parent: pulumi.Resource) {
  const { accountId, region, projectName, githubCredential } = args;
  const role = new aws.iam.Role(
    name,
    {
      description: args.description,
      assumeRolePolicy: JSON.stringify(
        runnerTrustPolicy({
          accountId,
          arn: `arn:aws:codebuild:${region}:${accountId}:project/${projectName}`,
        }),
      ),
      ...(args.permissionsBoundaryArn === undefined
        ? {}
        : { permissionsBoundary: args.permissionsBoundaryArn }),
      tags: args.tags,
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: pulumi
        .all([args.logGroup.arn, args.subnetArns, args.securityGroupArn, args.clusterArn])
        .apply(([logGroupArn, subnetArns, securityGroupArn, clusterArn]) =>
          JSON.stringify(
            runnerPolicy({
              region,
              accountId,
              logGroupArn,
              subnetArns,
              securityGroupArn,
              clusterArn,
              githubCredential,
            }),
          ),
        ),
    },
    { parent },
  );
  return { role, policy };
}
