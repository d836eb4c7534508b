import { join } from "node:path";
import { run } from "./command";
import { CouldNotCheck } from "./couldNotCheck";
import { findKubectl, knownKubectl, verify } from "./kubectl/find";
import { Api } from "./kubernetes/api";
import { proofOf } from "./kubernetes/credentials";
import { type Kubeconfig, readKubeconfig } from "./kubernetes/kubeconfig";
import type { CommonOptions } from "./options";
import { asText } from "./render/objects";
import type { Report } from "./report/types";

/** A cluster that answered. */
export interface Connection {
  api: Api;
  kubeconfig: Kubeconfig;
  server: NonNullable<Report["server"]>;
  /** Minor of Kubernetes 1. */
  minor: number;
}

/**
 * Connects with the cluster and asks for its version.
 * @param folder where a kubeconfig can go.
 * @throws CouldNotCheck if the cluster is not there or does not answer.
 */
export async function connect(
  { cluster, versionLabel: label }: CommonOptions,
  folder: string,
  signal: AbortSignal,
): Promise<Connection> {
  const file =
    "kubeconfig" in cluster ? cluster.kubeconfig : await kubeconfigFromAws(cluster, folder, signal);
  const kubeconfig = readKubeconfig(file, "kubeconfig" in cluster ? cluster.context : undefined);
  const renewProof = () => proofOf(kubeconfig.credential, signal);
  const api = new Api({ kubeconfig, proof: await renewProof(), renewProof, signal });
  const { code, body } = await api.send({ path: "/version" });
  const [major, minor] = [asText(body.major), Number.parseInt(asText(body.minor), 10)];
  if (code !== 200 || major !== "1" || Number.isNaN(minor)) {
    api.close();
    const said = asText(body.message);
    const problem =
      code === 0 ? `cannot be reached: ${said}` : `does not tell its version: ${String(code)} ${said}`;
    throw new CouldNotCheck(`the API server at ${kubeconfig.server} ${problem}`);
  }
  const labelIsStale = label !== `1_${String(minor)}`;
  return { api, kubeconfig, server: { version: asText(body.gitVersion), label, labelIsStale }, minor };
}

async function kubeconfigFromAws(
  { clusterName, region }: { clusterName: string; region: string },
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const file = join(folder, "eks-kubeconfig");
  const args = ["eks", "update-kubeconfig", "--name", clusterName, "--region", region, "--kubeconfig", file];
  const { exitCode, stderr } = await run("aws", args, { signal });
  if (exitCode === 0) return file;
  throw new CouldNotCheck(`the EKS cluster ${clusterName} in ${region} cannot be found: ${stderr.trim()}`);
}

/** The kubectl of the server's minor version, or the file that the options name. */
export async function kubectlFor(
  { kubectl, kubectlVersions }: CommonOptions,
  minor: number,
  folder: string,
  signal?: AbortSignal,
): Promise<{ binary: string; version: string }> {
  if (!kubectl) {
    const known = knownKubectl(minor, kubectlVersions);
    return { binary: await findKubectl(known, process.env, folder, signal), version: known.version };
  }
  await verify(kubectl.binary, kubectl.sha256);
  const { stdout } = await run(kubectl.binary, ["version", "--client", "--output=json"], { signal });
  const { clientVersion } = JSON.parse(stdout) as { clientVersion: { gitVersion: string } };
  return { binary: kubectl.binary, version: clientVersion.gitVersion };
}
