import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { execa } from "execa";
import { adminKubeconfig } from "../adminKubeconfig";
import { githubToken } from "../environment";
import type { SandboxState } from "../folder";
import { ensureKubectl } from "../toolchain/kubectl";
import { targetRepository } from "../world";

/** What a region's stack has put out, as far as hands need it: `pulumi stack output --json`. */
export interface Outputs {
  region: string;
  clusterName: string;
  runnerProjectName: string;
  runnerRoleArn: string;
  runnerSecurityGroupId: string;
  runnerSubnetIds: string[];
  /** Only where releases are applied. */
  applyProjectName?: string;
  releaseRoleArn?: string;
}

/** A deployed region, in the hands of people who may do everything. */
export interface Deployment extends Outputs {
  codebuild: CodeBuildClient;
  connections: CodeStarConnectionsClient;
  ec2: EC2Client;
  eks: EKSClient;
  iam: IAMClient;
  quotas: ServiceQuotasClient;
  /** Does what no API of AWS does. */
  console: (path: string, body: object) => Promise<void>;
  /** Asks GitHub, below the target repository's address. @throws Error with GitHub's answer */
  github: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** Runs kubectl as the administrator of the cluster. @returns its output */
  kubectl: (args: string[], input?: string) => Promise<string>;
}

/** Opens what a stack has deployed in a sandbox that runs. */
export function openDeployment(state: SandboxState, outputs: Outputs): Deployment {
  const { region } = outputs;
  const aws = `http://127.0.0.1:${String(state.ports.aws)}`;
  const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
  const settings = { endpoint: aws, region, credentials };
  return {
    ...outputs,
    codebuild: new CodeBuildClient(settings),
    connections: new CodeStarConnectionsClient(settings),
    ec2: new EC2Client(settings),
    eks: new EKSClient(settings),
    iam: new IAMClient(settings),
    quotas: new ServiceQuotasClient(settings),
    console: async (path, body) => {
      await answered(await fetch(aws + path, { method: "POST", body: JSON.stringify(body) }));
    },
    github: <T>(method: string, path: string, body?: object) => askGitHub<T>(state, method, path, body),
    kubectl: async (args, input = "") => {
      const kubeconfig = await adminKubeconfig(state, region);
      const { stdout } = await execa(await ensureKubectl(35), ["--kubeconfig", kubeconfig, ...args], {
        input,
      });
      return stdout;
    },
  };
}

async function askGitHub<T>(state: SandboxState, method: string, path: string, body?: object): Promise<T> {
  const { owner, name } = targetRepository;
  const api = `http://127.0.0.1:${String(state.ports.github)}/repos/${owner}/${name}`;
  const answer = await answered(
    await fetch(`${api}/${path}`, {
      method,
      headers: { authorization: `Bearer ${githubToken}` },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function answered(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.url} answers ${String(answer.status)}: ${await answer.text()}`);
  return answer;
}
