import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../toolchain/cache";
import { ensureKubernetes } from "../toolchain/kubernetes";
import { accountId } from "../world";
import { newToken, startApiServer, type TokenUser } from "./apiServer";
import { CertificateAuthority } from "./certificates";
import { startEtcd } from "./etcd";
import { kubeconfig, type Credential } from "./kubeconfig";

/** Somebody whom the API server knows. */
export interface Identity {
  user: string;
  groups: string[];
}

/** A running Kubernetes control plane: a real etcd and a real kube-apiserver. */
export interface Cluster {
  /** Where the API server answers, on 127.0.0.1. */
  url: string;
  /** Path of the certificate that signed the API server's. */
  authorityFile: string;
  /** Path of the kubeconfig of an administrator (group `system:masters`). */
  adminKubeconfig: string;
  /** Path of the kubeconfig of {@link dryRunIdentity}, which a token identifies. It has no rights of its own. */
  dryRunKubeconfig: string;
  /** Path of a kubeconfig of anybody, whom a client certificate identifies. */
  kubeconfigFor(identity: Identity): Promise<string>;
  /** Every key of etcd with its value. */
  dumpEtcd(): Promise<Map<string, string>>;
  stop(): Promise<void>;
}

/** Whom a runner's role is in the cluster: the user name is the one that EKS makes of a role's session. */
export const dryRunIdentity: Identity = {
  user: `arn:aws:sts::${accountId}:assumed-role/kubectl-to-trocco-production/AWSCodeBuild-1`,
  groups: ["pr-dry-run"],
};

const administrator: Identity = { user: "administrator", groups: ["system:masters"] };

/**
 * Starts a cluster with the state that the folder has; an empty folder is a new cluster. It ends with this process, if
 * it is not stopped before.
 *
 * @param progress hears of what takes long: the first one on a machine builds the control plane, which takes minutes
 */
export async function startCluster({
  directory,
  progress = () => undefined,
}: {
  directory: string;
  progress?: Progress;
}): Promise<Cluster> {
  const binaries = await ensureKubernetes(progress);
  await mkdir(directory, { recursive: true });
  const authority = await CertificateAuthority.in(join(directory, "certificates"));
  const [adminUser, dryRunUser] = [withToken(administrator), withToken(dryRunIdentity)];
  const etcd = await startEtcd(binaries.etcd, directory);
  const apiServer = await startApiServer({
    binary: binaries.apiServer,
    directory,
    etcdUrl: etcd.url,
    authority,
    users: [adminUser, dryRunUser],
  }).catch(async (error: unknown) => {
    await etcd.stop();
    throw error;
  });

  const certificate = await readFile(authority.certificateFile, "utf8");
  const write = async (name: string, credential: Credential) => {
    const path = join(directory, `${name}.kubeconfig`);
    await writeFile(path, kubeconfig(apiServer.url, certificate, credential), { mode: 0o600 });
    return path;
  };
  return {
    url: apiServer.url,
    authorityFile: authority.certificateFile,
    adminKubeconfig: await write("admin", adminUser),
    dryRunKubeconfig: await write("dry-run", dryRunUser),
    kubeconfigFor: async ({ user, groups }) =>
      write(`user-${hash([user, ...groups])}`, await authority.client(user, groups)),
    dumpEtcd: () => etcd.dump(),
    stop: async () => {
      await apiServer.stop();
      await etcd.stop();
    },
  };
}

function withToken(identity: Identity): TokenUser {
  return { ...identity, token: newToken() };
}

function hash(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
