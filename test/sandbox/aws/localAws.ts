import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { execa } from "execa";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildIdentity } from "../../../sandbox/aws/eks/buildAccess";
import { seedAws } from "../../../sandbox/aws/seed";
import { startAws, type AwsOptions } from "../../../sandbox/aws/server";
import { ensurePython } from "../../../sandbox/toolchain/python";
import { accountId, connectionArn, regions } from "../../../sandbox/world";

/** Clients of every service that the local AWS has, in one region, without retries: each answer is one answer. */
export function clients(endpoint: string, region = "ap-northeast-1") {
  const options = {
    endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return {
    codebuild: new CodeBuildClient(options),
    connections: new CodeStarConnectionsClient(options),
    ec2: new EC2Client(options),
    eks: new EKSClient(options),
    iam: new IAMClient(options),
    logs: new CloudWatchLogsClient(options),
    sts: new STSClient(options),
  };
}
export type Clients = ReturnType<typeof clients>;

/** A local AWS in a folder of its own, which can be stopped and started again. */
export async function localAws({
  policyLagSeconds = 0,
  seeded = true,
  ...options
}: Partial<AwsOptions> & { seeded?: boolean } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "local-aws-"));
  const { python, aws } = await ensurePython(() => undefined);
  const start = () => startAws({ directory, port: 0, python, policyLagSeconds, ...options });
  let running = await start();
  const endpoint = () => `http://127.0.0.1:${String(running.port)}`;
  if (seeded) await seedAws({ endpoint: endpoint(), regions: regions.slice(0, 2), accountId, connectionArn });
  return {
    directory,
    endpoint,
    clients: (region?: string) => clients(endpoint(), region),
    unknownRoutes: () => running.unknownRoutes,
    openBuild: (identity: BuildIdentity) => running.openBuild(identity),
    adminKubeconfig: (region: string, clusterName: string) => running.adminKubeconfig(region, clusterName),
    restart: async () => {
      await running.stop();
      running = await start();
    },
    /** Runs the real `aws` command. */
    aws: (...args: string[]) =>
      execa(aws, args, {
        reject: false,
        env: {
          AWS_ENDPOINT_URL: endpoint(),
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_DEFAULT_REGION: "ap-northeast-1",
          AWS_CONFIG_FILE: "/dev/null",
          AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        },
      }),
    stop: async () => {
      await running.stop();
      await rm(directory, { recursive: true });
    },
  };
}
export type LocalAws = Awaited<ReturnType<typeof localAws>>;

/** The AWS error of a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  const answer = await call.then(
    () => "accepted",
    (error: unknown) => error,
  );
  expect(answer, "the call was not refused").to.be.an("error");
  const { name, Code, message } = answer as Error & { Code?: string };
  return { code: Code ?? name, message };
}

/** A call that must be refused: its operation, what is wrong with it, the AWS error code, and the call. */
export type RefusedCall<Standing> = [
  operation: string,
  what: string,
  code: string,
  call: (clients: Clients, standing: Standing) => Promise<unknown>,
];

/** Rows that have fewer tests than there are rows of their operation and error code. */
export function untestedRows(
  rows: { operations: string[]; code: string }[],
  tested: RefusedCall<never>[],
): string[] {
  const key = (operation: string | undefined, code: string) => `${String(operation)} ${code}`;
  const count = (keys: string[], wanted: string) => keys.filter((one) => one === wanted).length;
  const rowKeys = rows.map(({ operations, code }) => key(operations[0], code));
  const testKeys = tested.map(([operation, , code]) => key(operation, code));
  return rowKeys.filter((one) => count(testKeys, one) < count(rowKeys, one));
}

/** Trust of a role that CodeBuild takes for one project. */
export function codeBuildTrust(project: string, region = "ap-northeast-1") {
  return statement({
    Principal: { Service: "codebuild.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnEquals: { "aws:SourceArn": `arn:aws:codebuild:${region}:${accountId}:project/${project}` },
    },
  });
}

/** A policy document with the given allowing statements. */
export function statement(...statements: object[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({ Effect: "Allow", ...one })),
  });
}

/** What a runner's role needs with the connection. */
export const connectionStatement = {
  Action: ["codeconnections:GetConnection", "codeconnections:GetConnectionToken"],
  Resource: connectionArn,
};

/** What a runner's role needs with the network. */
export const networkStatement = { Action: "ec2:*", Resource: "*" };

/** Makes a role, with a policy where one is given. @returns its ARN */
export async function makeRole(
  { iam }: Clients,
  RoleName: string,
  { trust, policy }: { trust: string; policy?: string },
): Promise<string> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (policy !== undefined)
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "runner", PolicyDocument: policy }));
  return Role?.Arn ?? "";
}
