import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsError } from "../error";
import { parseInput } from "../service";
import { now, type Clusters, type Update } from "./clusters";

const invalid = "InvalidParameterException";
const wanted = z.object({ version: z.string().regex(/^1\.\d{2}$/) });

/**
 * Brings a cluster to the next minor version; at once, where EKS takes many minutes. Its API server here stays what it is.
 * One minor at a time, and never down: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
 */
export function updateClusterVersion(
  clusters: Clusters,
  region: string,
  name: string,
  input: unknown,
): Update {
  const { version } = parseInput(wanted, input, invalid);
  const cluster = clusters.cluster(region, name);
  if (minorOf(version) !== minorOf(cluster.version) + 1)
    throw new AwsError(
      invalid,
      `Unsupported Kubernetes minor version update from ${cluster.version} to ${version}`,
    );
  const done: Update = {
    id: randomUUID(),
    clusterName: name,
    status: "Successful",
    type: "VersionUpdate",
    params: [{ type: "Version", value: version }],
    createdAt: now(),
    errors: [],
  };
  clusters.change(region, (state) => {
    const changed = state.clusters[name];
    if (!changed) return;
    changed.version = version;
    state.updates.push(done);
  });
  return done;
}

const minorOf = (version: string) => Number(version.split(".")[1]);
