import { contains } from "./address";
import { judgeBetweenSubnets, rulesAllow } from "./network";
import { firstRefusal, refused, type Judgement, type Snapshot } from "./snapshot";

/** A build in one of its project's subnets. */
export interface Caller {
  subnetId: string;
  securityGroupIds: string[];
}

/** Something that listens for TCP. */
export interface Listener {
  /** IPv4 address. */
  address: string;
  port: number;
}

/**
 * Whether a build reaches an address of its VPC where something listens that trusts the whole VPC: what lets everybody in
 * is held by nothing but the build's own side and the network ACLs.
 */
export function judgeReach(snapshot: Snapshot, caller: Caller, { address, port }: Listener): Judgement {
  const from = snapshot.subnets.find(({ id }) => id === caller.subnetId);
  if (!from) return refused(`the subnet ${caller.subnetId} is gone`);
  const to = snapshot.subnets.find(
    ({ vpcId, cidrBlock }) => vpcId === from.vpcId && contains(cidrBlock, address),
  );
  if (!to) return refused(`no subnet of ${from.vpcId} has the address ${address}`);
  return firstRefusal([
    judgeSecurityGroups(snapshot, caller, { address, port }),
    judgeBetweenSubnets(snapshot, { from, to, address, port }),
  ]);
}

function judgeSecurityGroups(
  snapshot: Snapshot,
  { securityGroupIds }: Caller,
  { address, port }: Listener,
): Judgement {
  const groups = snapshot.securityGroups.filter(({ id }) => securityGroupIds.includes(id));
  const isLetOut = groups.some(({ egress }) => rulesAllow(egress, port, { address }));
  return isLetOut
    ? { ok: true }
    : refused(
        `no security group of the build (${securityGroupIds.join(", ")}) lets TCP ${String(port)} out to ${address}`,
      );
}
