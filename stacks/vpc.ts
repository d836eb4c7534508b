import * as aws from "@pulumi/aws";
import { networkAclProblems, vpcProblems } from "./clusterChecks";
import { placeSubnets, type PlacedSubnet } from "./placement";
import type { Settings } from "./settings";
import { vpcEndpointProblems } from "./vpcEndpoints";
import type { WorldProblems } from "./worldProblems";

/** A VPC that is there, looked up and checked: plain values. */
export interface CheckedVpc {
  vpcId: string;
  /** All IPv4 ranges of the VPC. */
  vpcCidrBlocks: string[];
  /** The runner's subnets, each with its way out. */
  subnets: PlacedSubnet[];
}

/** Whether runners can work in a VPC, beside the subnets of a cluster's control plane; nothing where it is not known. */
export async function checkVpc(
  vpc: { id: string; region: string; controlPlaneCidrBlocks: string[] },
  stack: string,
  { privateDestinations, runnerSubnets }: Settings,
  problems: WorldProblems,
): Promise<CheckedVpc | undefined> {
  const { id, region, controlPlaneCidrBlocks } = vpc;
  const found = await problems.orElse(`VPC ${id}`, aws.ec2.getVpc({ id }));
  if (!found) return undefined;
  problems.add(...vpcProblems(found));
  const vpcCidrBlocks = found.cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock);
  problems.add(...networkAclProblems({ vpcCidrBlocks, controlPlaneCidrBlocks, privateDestinations }));

  const [placement, endpoints] = await Promise.all([
    problems.orElse(`the subnets and NAT gateways of VPC ${id}`, placeSubnets(found, runnerSubnets, stack)),
    problems.orElse(
      `the interface endpoints of VPC ${id}`,
      vpcEndpointProblems({ id, region, controlPlaneCidrBlocks }, privateDestinations),
    ),
  ]);
  problems.add(...(placement?.problems ?? []), ...(endpoints ?? []));
  return placement && { vpcId: id, vpcCidrBlocks, subnets: placement.subnets };
}
