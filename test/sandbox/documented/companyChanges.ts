import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedRegion } from "../../../sandbox/aws/seed";
import { githubToken } from "../../../sandbox/environment";
import type { Sandbox } from "../../../sandbox/testing";
import { accountId, type Region } from "../../../sandbox/world";

/** Where the cluster in Japan moves to: a network of its own, and a cluster of the same name. */
export const osaka: Region = {
  region: "ap-northeast-3",
  clusterName: "trocco-production",
  overlay: "k8s/ja-production",
  version: "1.35",
  vpcCidrBlock: "10.40.0.0/16",
  zones: [
    {
      availabilityZone: "ap-northeast-3a",
      publicCidrBlock: "10.40.0.0/24",
      privateCidrBlock: "10.40.16.0/20",
      nat: true,
    },
    {
      availabilityZone: "ap-northeast-3b",
      publicCidrBlock: "10.40.1.0/24",
      privateCidrBlock: "10.40.32.0/20",
      nat: true,
    },
  ],
};

/** Makes the network and the cluster of a region that the company did not have. */
export async function found(sandbox: Sandbox, region: Region): Promise<void> {
  await seedRegion(`http://127.0.0.1:${String(sandbox.state.ports.aws)}`, region, accountId);
}

/** Deletes a cluster and makes another of its name in the same network, with the real `aws` command. */
export async function makeClusterAnew(sandbox: Sandbox, region: string, name: string): Promise<void> {
  const eks = async (...args: string[]) => {
    const { exitCode, stdout, all } = await sandbox.aws(["eks", ...args, "--output", "json"], { region });
    if (exitCode !== 0) throw new Error(all);
    return JSON.parse(stdout) as {
      cluster: { roleArn: string; resourcesVpcConfig: { subnetIds: string[] } };
    };
  };
  const { cluster } = await eks("describe-cluster", "--name", name);
  const { subnetIds } = cluster.resourcesVpcConfig;
  const access = "endpointPrivateAccess=true,endpointPublicAccess=false";
  await eks("delete-cluster", "--name", name);
  await eks(
    ...["create-cluster", "--name", name, "--role-arn", cluster.roleArn, "--kubernetes-version", "1.35"],
    ...["--resources-vpc-config", `subnetIds=${subnetIds.join(",")},${access}`],
    ...["--access-config", "authenticationMode=API"],
  );
}

/** Commits a change to the default branch, past the program. */
export async function editOnDefaultBranch(
  repository: string,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const clone = await mkdtemp(join(tmpdir(), "clone-"));
  const git = (...args: string[]) => execa("git", ["-C", clone, ...args]);
  try {
    await git("clone", "--quiet", repository, ".");
    const file = join(clone, path);
    await writeFile(file, change(await readFile(file, "utf8")));
    const author = ["-c", "user.name=example-org-bot", "-c", "user.email=bot@example.com"];
    await git(...author, "commit", "--quiet", "--all", "--message", "Change the workflow by hand");
    await git("push", "--quiet", "origin", "HEAD");
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

/** Asks the sandbox's GitHub. @throws Error with its answer */
export async function gitHub<T>(sandbox: Sandbox, path: string, body?: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${String(sandbox.state.ports.github)}/${path}`, {
    method: body ? "POST" : "GET",
    headers: { authorization: `Bearer ${githubToken}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${await answer.text()}`);
  return (await answer.json()) as T;
}
