import { join } from "node:path";
import { AwsError } from "../error";
import { Store } from "../store";

export type AuthenticationMode = "API" | "API_AND_CONFIG_MAP" | "CONFIG_MAP";

/** A cluster, as DescribeCluster shows it; the members that a private cluster has. Times are seconds since 1970. */
export interface Cluster {
  name: string;
  arn: string;
  createdAt: number;
  version: string;
  endpoint: string;
  roleArn: string;
  resourcesVpcConfig: {
    subnetIds: string[];
    securityGroupIds: string[];
    clusterSecurityGroupId: string;
    vpcId: string;
    endpointPublicAccess: boolean;
    endpointPrivateAccess: boolean;
    publicAccessCidrs: string[];
  };
  kubernetesNetworkConfig: { serviceIpv4Cidr: string; ipFamily: "ipv4" };
  accessConfig: { bootstrapClusterCreatorAdminPermissions: boolean; authenticationMode: AuthenticationMode };
  logging: { clusterLogging: { enabled: boolean; types: string[] }[] };
  upgradePolicy: { supportType: "STANDARD" | "EXTENDED" };
  identity: { oidc: { issuer: string } };
  status: "ACTIVE" | "DELETING";
  certificateAuthority: { data: string };
  platformVersion: string;
  tags: Record<string, string>;
}

/** An access policy of an entry. */
export interface AssociatedPolicy {
  policyArn: string;
  accessScope: { type: "cluster" | "namespace"; namespaces: string[] };
  associatedAt: number;
  modifiedAt: number;
}

/** An access entry, as DescribeAccessEntry shows it, and what EKS keeps beside. */
export interface AccessEntry {
  clusterName: string;
  principalArn: string;
  kubernetesGroups: string[];
  accessEntryArn: string;
  createdAt: number;
  modifiedAt: number;
  tags: Record<string, string>;
  username: string;
  type: string;
  /**
   * IAM's own id of the role when the entry was made. A role that is made anew under the same ARN has another one, and
   * its entry is dead: https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
   */
  principalId: string;
  policies: AssociatedPolicy[];
}

/** Outcome of a configuration change. */
export interface Update {
  id: string;
  clusterName: string;
  status: "Successful";
  type: string;
  params: { type: string; value: string }[];
  createdAt: number;
  errors: never[];
}

interface RegionState {
  clusters: Record<string, Cluster>;
  entries: Record<string, AccessEntry[]>;
  updates: Update[];
}

/** What EKS remembers, for each region. */
export class Clusters {
  private readonly store: Store<Record<string, RegionState>>;

  constructor(directory: string) {
    this.store = Store.open(join(directory, "eks.json"), {});
  }

  /** The state of a region; not to be changed. */
  in(region: string): Readonly<RegionState> {
    return this.store.get()[region] ?? { clusters: {}, entries: {}, updates: [] };
  }

  /** @throws AwsError ResourceNotFoundException */
  cluster(region: string, name: string): Cluster {
    const cluster = this.in(region).clusters[name];
    if (!cluster) throw new AwsError("ResourceNotFoundException", `No cluster found for name: ${name}.`, 404);
    return cluster;
  }

  entries(region: string, clusterName: string): AccessEntry[] {
    return this.in(region).entries[clusterName] ?? [];
  }

  change(region: string, change: (state: RegionState) => void): void {
    this.store.change((value) => {
      change((value[region] ??= { clusters: {}, entries: {}, updates: [] }));
    });
  }

  putEntry(region: string, entry: AccessEntry): AccessEntry {
    this.removeEntry(region, entry.clusterName, entry.principalArn);
    this.change(region, (state) => {
      (state.entries[entry.clusterName] ??= []).push(entry);
    });
    return entry;
  }

  removeEntry(region: string, clusterName: string, principalArn: string): void {
    this.change(region, (state) => {
      state.entries[clusterName] = (state.entries[clusterName] ?? []).filter(
        (entry) => entry.principalArn !== principalArn,
      );
    });
  }
}

/** Seconds since 1970, as the JSON protocols write times. */
export const now = () => Date.now() / 1000;
