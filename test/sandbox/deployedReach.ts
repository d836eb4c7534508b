import { EC2Client } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import type { Cluster as EksCluster } from "../../sandbox/aws/eks/clusters";
import { anyHost, lastHost } from "../../sandbox/judge/address";
import { judgeClusterPath } from "../../sandbox/judge/clusterPath";
import { judgeEgress } from "../../sandbox/judge/egress";
import { judgeReach } from "../../sandbox/judge/reach";
import { readSnapshot } from "../../sandbox/judge/readSnapshot";
import type { Snapshot } from "../../sandbox/judge/snapshot";
import type { Sandbox } from "../../sandbox/testing";
import { aws, clusterOf, regionOf, succeeded } from "./deployedWorld";

/** What the judges see of a region that is deployed. */
export async function deployedSnapshot(sandbox: Sandbox, stack: string): Promise<Snapshot> {
  const { cluster } = await aws<{ cluster: EksCluster }>(
    sandbox,
    stack,
    ...["eks", "describe-cluster", "--name", clusterOf[stack]!],
  );
  const endpoint = `http://127.0.0.1:${String(sandbox.state.ports.aws)}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const region = regionOf[stack]!;
  return readSnapshot(region, new EC2Client({ region, endpoint, credentials }), [cluster]);
}

/**
 * What a runner reaches, judged from each of its subnets: `ip:port`s of other subnets of the VPC, beside the way to the
 * cluster and the way out, which must be there.
 */
export async function reached(sandbox: Sandbox, stack: string): Promise<Set<string>> {
  const network = await deployedSnapshot(sandbox, stack);
  const output = async (name: string) =>
    succeeded(await sandbox.pulumi(["stack", "output", name], { stack })).trim();
  const subnetIds = JSON.parse(await output("runnerSubnetIds")) as string[];
  const securityGroupIds = [await output("runnerSecurityGroupId")];
  const cluster = network.clusters[0]!;
  const caller = { vpcId: cluster.vpcId, subnetIds, securityGroupIds };
  expect(judgeClusterPath(network, caller, cluster.name)).to.deep.equal({ ok: true });
  expect(judgeEgress(network, caller)).to.deep.equal({ ok: true });

  const others = network.subnets.filter(
    ({ id, vpcId }) => vpcId === cluster.vpcId && !subnetIds.includes(id),
  );
  const listeners = others
    .flatMap(({ cidrBlock }) => [anyHost(cidrBlock), lastHost(cidrBlock)])
    .flatMap((address) => [22, 443, 5432, 8443, 10250].map((port) => ({ address, port })));
  const open = listeners.filter((listener) =>
    subnetIds.some((subnetId) => judgeReach(network, { subnetId, securityGroupIds }, listener).ok),
  );
  return new Set(open.map(({ address, port }) => `${address}:${String(port)}`));
}
