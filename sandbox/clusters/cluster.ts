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
export interface ControlPlane {
  /** Where the API server answers, on 127.0.0.1. */
  url: string;
  /** Path of the certificate that signed the API server's. */
  authorityFile: string;
  /** Path of the kubeconfig of an administrator (group `system:masters`). */
  adminKubeconfig: string;
  /** Path of a kubeconfig of anybody, whom a client certificate identifies. */
  kubeconfigFor(identity: Identity): Promise<string>;
  /** Every key of etcd with its value. */
  dumpEtcd(): Promise<Map<string, string>>;
  stop(): Promise<void>;
}

/** A control plane for tests of what the dry-run identity may do. */
export interface Cluster extends ControlPlane {
  /** Path of the kubeconfig of {@link dryRunIdentity}, which a token identifies. It has no rights of its own. */
  dryRunKubeconfig: string;
}

/** Whom a runner's role is in the cluster: the user name is the one that EKS makes of a role's session. */
export const dryRunIdentity: Identity = {
  user: `arn:aws:sts::${accountId}:assumed-role/kubectl-to-trocco-production/AWSCodeBuild-1`,
  groups: ["pr-dry-run"],
};

const administrator: Identity = { user: "administrator", groups: ["system:masters"] };

/** How a control plane is started. */
export interface ControlPlaneOptions {
  /** Holds all state; an empty folder is a new cluster. */
  directory: string;
  /** Hears of what takes long: the first one on a machine builds the control plane, which takes minutes. */
  progress?: Progress;
  /** Path of a kubeconfig by which the API server asks who a token is and what they may. @default it asks nobody */
  reviews?: string;
  /** Who else has a token. @default the administrator only */
  users?: TokenUser[];
}

/** Starts a cluster whose API server knows {@link dryRunIdentity} by a token. It ends with this process, at the latest. */
export async function startCluster(
  options: Pick<ControlPlaneOptions, "directory" | "progress">,
): Promise<Cluster> {
  const dryRunUser = withToken(dryRunIdentity);
  const plane = await startControlPlane({ ...options, users: [dryRunUser] });
  const dryRunKubeconfig = await kubeconfigFile(options.directory, "dry-run", plane, dryRunUser);
  return { ...plane, dryRunKubeconfig };
}

/** Starts a control plane with the state that its folder has. It ends with this process, if it is not stopped before. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { directory, progress = () => undefined, reviews, users = [] } = options;
  const binaries = await ensureKubernetes(progress);
  await mkdir(directory, { recursive: true });
  const authority = await clusterAuthority(directory);
  const adminUser = withToken(administrator);
  const etcd = await startEtcd(binaries.etcd, directory);
  const apiServer = await startApiServer({
    binary: binaries.apiServer,
    directory,
    etcdUrl: etcd.url,
    authority,
    users: [adminUser, ...users],
    ...(reviews === undefined ? {} : { reviews }),
  }).catch(async (error: unknown) => {
    await etcd.stop();
    throw error;
  });

  const server = { url: apiServer.url, authorityFile: authority.certificateFile };
  return {
    ...server,
    adminKubeconfig: await kubeconfigFile(directory, "admin", server, adminUser),
    kubeconfigFor: async ({ user, groups }) =>
      kubeconfigFile(
        directory,
        `user-${hash([user, ...groups])}`,
        server,
        await authority.client(user, groups),
      ),
    dumpEtcd: () => etcd.dump(),
    stop: async () => {
      await apiServer.stop();
      await etcd.stop();
    },
  };
}

/** The authority that signs for a cluster, which is there before the cluster is started. */
export function clusterAuthority(directory: string): Promise<CertificateAuthority> {
  return CertificateAuthority.in(join(directory, "certificates"));
}

async function kubeconfigFile(
  directory: string,
  name: string,
  { url, authorityFile }: Pick<ControlPlane, "url" | "authorityFile">,
  credential: Credential,
): Promise<string> {
  const path = join(directory, `${name}.kubeconfig`);
  const text = kubeconfig(url, await readFile(authorityFile, "utf8"), credential);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

function withToken(identity: Identity): TokenUser {
  return { ...identity, token: newToken() };
}

function hash(parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}
