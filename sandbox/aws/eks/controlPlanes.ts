import { rm } from "node:fs/promises";
import { join } from "node:path";
import { GatedCluster } from "../../clusters/gatedCluster";
import type { Role } from "../iam/evaluate";
import type { RoleSessions } from "../iam/sessions";
import { authenticate, isClusterAdministrator } from "./authenticator";
import type { Clusters } from "./clusters";

/** Fills a new cluster as its company would have it. */
export type SeedCluster = (
  cluster: { region: string; name: string },
  adminKubeconfig: string,
) => Promise<void>;

/** What the clusters stand on. */
export interface ControlPlaneWorld {
  /** Holds a folder for each region, and in it one for each cluster. */
  directory: string;
  clusters: Clusters;
  sessions: RoleSessions;
  /** With IAM's lag. */
  visibleRole: (arn: string) => Role | undefined;
  /** URL of the local AWS. */
  address: () => string;
  seed: SeedCluster;
}

/** The API servers of the account's clusters; one runs from when it is first needed. */
export class ControlPlanes {
  private readonly running = new Map<string, GatedCluster>();

  constructor(private readonly world: ControlPlaneWorld) {}

  /** @throws AwsError ResourceNotFoundException if EKS has no such cluster */
  of(region: string, name: string): GatedCluster {
    this.world.clusters.cluster(region, name);
    const key = `${region}/${name}`;
    const cluster = this.running.get(key) ?? this.make(region, name);
    this.running.set(key, cluster);
    return cluster;
  }

  /** Ends the API server of a cluster that EKS does not have any more; one of the same name begins with nothing. */
  async forget(region: string, name: string): Promise<void> {
    const key = `${region}/${name}`;
    await this.running.get(key)?.stop();
    this.running.delete(key);
    await rm(this.directoryOf(region, name), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((cluster) => cluster.stop()));
  }

  private make(region: string, name: string): GatedCluster {
    const { clusters, sessions, visibleRole, address, seed } = this.world;
    return new GatedCluster({
      directory: this.directoryOf(region, name),
      isAdministrator: isClusterAdministrator,
      authenticate: (token) =>
        authenticate(token, {
          clusterName: name,
          endpoint: address(),
          entries: clusters.entries(region, name),
          session: (accessKeyId) => sessions.find(accessKeyId),
          visibleRole,
          now: new Date(),
        }),
      seed: (adminKubeconfig) => seed({ region, name }, adminKubeconfig),
    });
  }

  private directoryOf(region: string, name: string): string {
    return join(this.world.directory, region, name);
  }
}
