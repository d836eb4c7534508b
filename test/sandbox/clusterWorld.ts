import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { CreateAccessEntryCommand, DescribeClusterCommand } from "@aws-sdk/client-eks";
import { DeleteRoleCommand, DeleteRolePolicyCommand } from "@aws-sdk/client-iam";
import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BuildAccess } from "../../sandbox/aws/eks/buildAccess";
import { ensureKubectl } from "../../sandbox/toolchain/kubectl";
import { codeBuildTrust, localAws, makeRole, statement } from "./aws/localAws";

export const region = "ap-northeast-1";
export const clusterName = "trocco-production";
const clusterArn = `arn:aws:eks:${region}:123456789012:cluster/${clusterName}`;

/** How a command ended. */
export interface Ended {
  exitCode: number | undefined;
  all: string;
}

/** What a build needs, made by calls to AWS as the program would make it: a role, a group, a rule, an access entry. */
export async function clusterWorld() {
  const aws = await localAws();
  const clients = aws.clients(region);
  const kubectl = await ensureKubectl(35);
  const home = await mkdtemp(join(tmpdir(), "build-"));
  const { cluster } = await clients.eks.send(new DescribeClusterCommand({ name: clusterName }));
  const { vpcId = "", subnetIds = [], clusterSecurityGroupId = "" } = cluster?.resourcesVpcConfig ?? {};
  const { Subnets } = await clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnetIds }));
  const policy = statement({ Action: "eks:DescribeCluster", Resource: clusterArn });
  const makeRunner = () => makeRole(clients, "runner", { trust: codeBuildTrust("runner"), policy });
  const roleArn = await makeRunner();
  const { GroupId = "" } = await clients.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: "runner", Description: "runner", VpcId: vpcId }),
  );
  const rule = {
    GroupId: clusterSecurityGroupId,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }],
  };
  await clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
  const entry = { clusterName, principalArn: roleArn, kubernetesGroups: ["pr-dry-run"] };
  await clients.eks.send(new CreateAccessEntryCommand(entry));

  const identity = {
    region,
    projectArn: `arn:aws:codebuild:${region}:123456789012:project/runner`,
    roleArn,
    vpcId,
    subnetIds: (Subnets ?? []).map(({ SubnetId = "" }) => SubnetId),
    securityGroupIds: [GroupId],
  };
  let builds = 0;
  return {
    aws,
    clients,
    identity,
    /** The role's one policy. */
    policy,
    /** Deletes the role and makes it again under the same name. */
    recreateRole: async () => {
      await clients.iam.send(new DeleteRolePolicyCommand({ RoleName: "runner", PolicyName: "runner" }));
      await clients.iam.send(new DeleteRoleCommand({ RoleName: "runner" }));
      await makeRunner();
    },
    /** The rule that lets the runner in, for those who take it away. */
    rule,
    entry,
    openBuild: () => aws.openBuild({ ...identity, buildId: `runner:${String(++builds)}` }),
    /** Runs a program on the machine of a build. */
    run: async (build: BuildAccess, command: string, ...args: string[]): Promise<Ended> => {
      const { PATH = "", ...environment } = build.environment;
      const { exitCode, all } = await execa(command, args, {
        env: { ...environment, PATH: `${dirname(kubectl)}:${PATH}`, HOME: home, NO_PROXY: "127.0.0.1" },
        extendEnv: false,
        reject: false,
        all: true,
        stdin: "ignore",
      });
      return { exitCode, all };
    },
    /** Runs kubectl as the owner of the sandbox. */
    asAdministrator: async (...args: string[]): Promise<Ended> => {
      const kubeconfig = await aws.adminKubeconfig(region, clusterName);
      const { exitCode, all } = await execa(kubectl, ["--kubeconfig", kubeconfig, ...args], {
        reject: false,
        all: true,
      });
      return { exitCode, all };
    },
    kubeconfig: join(home, "kubeconfig"),
    stop: async () => {
      await aws.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
export type ClusterWorld = Awaited<ReturnType<typeof clusterWorld>>;
