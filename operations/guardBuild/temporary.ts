import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetProjectsCommand,
  CreateProjectCommand,
  DeleteProjectCommand,
} from "@aws-sdk/client-codebuild";
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
} from "@aws-sdk/client-eks";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { runnerPolicy, runnerTrustPolicy } from "../../components/runnerPolicy";
import type { AwsClients } from "../doctor/awsClients";
import { orNothing } from "../doctor/lookup";
import type { Place } from "./place";
import { untilTaken } from "./untilTaken";

/** A thing that is there for the time of the build. */
export interface TemporaryThing {
  /** As a person knows it. */
  what: string;
  make: () => Promise<unknown>;
  isThere: () => Promise<boolean>;
  /** Does nothing where it is not. */
  remove: () => Promise<unknown>;
  /** Command that removes it by hand. */
  removedBy: string;
}

/** Gives the whole cluster, as an administrator of it has it: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const administrator = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/**
 * What the build needs, in the order in which it is made. It is removed the other way round: first what gives anybody a
 * right in the cluster.
 * @param name of the project, its role and its log; a run that was killed leaves things of that name, and the next finds them
 */
export function temporaryThings(
  name: string,
  buildspec: string,
  place: Place,
  clients: AwsClients,
): TemporaryThing[] {
  const { accountId, region } = place;
  const roleArn = `arn:aws:iam::${accountId}:role/${name}`;
  return [
    logGroup(name, clients),
    role(name, place, clients),
    project(name, roleArn, buildspec, place, clients),
    accessEntry(roleArn, place, clients),
  ].map((thing) => ({ ...thing, removedBy: thing.removedBy.replace("REGION", region) }));
}

function logGroup(name: string, { logs }: AwsClients): TemporaryThing {
  const logGroupName = `/aws/codebuild/${name}`;
  return {
    what: `the log group ${logGroupName}`,
    make: () => logs.send(new CreateLogGroupCommand({ logGroupName })),
    isThere: async () => {
      const { logGroups = [] } = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
      );
      return logGroups.some((group) => group.logGroupName === logGroupName);
    },
    remove: () => orNothing(logs.send(new DeleteLogGroupCommand({ logGroupName }))),
    removedBy: `aws logs delete-log-group --region REGION --log-group-name ${logGroupName}`,
  };
}

function role(name: string, place: Place, { iam }: AwsClients): TemporaryThing {
  const { accountId, region, subnetIds, securityGroupIds } = place;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const trust = runnerTrustPolicy({ accountId, arn: arn("codebuild", `project/${name}`) });
  const policy = runnerPolicy({
    region,
    accountId,
    logGroupArn: arn("logs", `log-group:/aws/codebuild/${name}`),
    subnetArns: subnetIds.map((id) => arn("ec2", `subnet/${id}`)),
    securityGroupArn: arn("ec2", `security-group/${securityGroupIds[0] ?? ""}`),
    clusterArn: arn("eks", `cluster/${place.clusterName}`),
    // There is no source, so there is nothing to ask GitHub for.
    githubCredential: { type: "default" },
  });
  const RoleName = name;
  return {
    what: `the role ${name}`,
    make: async () => {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
      const PolicyDocument = JSON.stringify(policy);
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument }));
    },
    isThere: () => isThere(iam.send(new GetRoleCommand({ RoleName }))),
    remove: async () => {
      await orNothing(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: name })));
      await orNothing(iam.send(new DeleteRoleCommand({ RoleName })));
    },
    removedBy: `aws iam delete-role-policy --role-name ${name} --policy-name ${name}; aws iam delete-role --role-name ${name}`,
  };
}

function project(
  name: string,
  roleArn: string,
  buildspec: string,
  place: Place,
  { codeBuild }: AwsClients,
): TemporaryThing {
  const create = new CreateProjectCommand({
    name,
    description: `Installs the guard of dry runs in ${place.clusterName}, once`,
    source: { type: "NO_SOURCE", buildspec },
    artifacts: { type: "NO_ARTIFACTS" },
    environment: {
      type: "LINUX_CONTAINER",
      image: place.image,
      computeType: place.computeType as "BUILD_GENERAL1_SMALL",
      imagePullCredentialsType: "CODEBUILD",
      privilegedMode: false,
    },
    serviceRole: roleArn,
    vpcConfig: {
      vpcId: place.vpcId,
      subnets: place.subnetIds,
      securityGroupIds: place.securityGroupIds,
    },
    logsConfig: { cloudWatchLogs: { status: "ENABLED", groupName: `/aws/codebuild/${name}` } },
    timeoutInMinutes: 10,
    queuedTimeoutInMinutes: 30,
  });
  return {
    what: `the CodeBuild project ${name}`,
    // IAM takes some seconds to show the role to CodeBuild.
    make: () => untilTaken(() => codeBuild.send(create)),
    isThere: async () => {
      const { projects = [] } = await codeBuild.send(new BatchGetProjectsCommand({ names: [name] }));
      return projects.length > 0;
    },
    remove: () => orNothing(codeBuild.send(new DeleteProjectCommand({ name }))),
    removedBy: `aws codebuild delete-project --region REGION --name ${name}`,
  };
}

function accessEntry(principalArn: string, { clusterName }: Place, { eks }: AwsClients): TemporaryThing {
  const entry = { clusterName, principalArn };
  const policy = { policyArn: administrator, accessScope: { type: "cluster" as const } };
  return {
    what: `an access entry of that role to ${clusterName}, with AmazonEKSClusterAdminPolicy`,
    make: async () => {
      await untilTaken(() => eks.send(new CreateAccessEntryCommand(entry)));
      await eks.send(new AssociateAccessPolicyCommand({ ...entry, ...policy }));
    },
    isThere: () => isThere(eks.send(new DescribeAccessEntryCommand(entry))),
    remove: () => orNothing(eks.send(new DeleteAccessEntryCommand(entry))),
    removedBy: `aws eks delete-access-entry --region REGION --cluster-name ${clusterName} --principal-arn ${principalArn}`,
  };
}

async function isThere(looked: Promise<unknown>): Promise<boolean> {
  return (await orNothing(looked)) !== undefined;
}
