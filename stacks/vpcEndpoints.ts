import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { contains } from "../components/ipv4Ranges";
import { calledServices, type PrivateDestination } from "../components/runnerNetworkAcl";

/**
 * What is wrong with the VPC's interface endpoints. One with private DNS names leads everybody in the VPC to its own
 * addresses, where the runner's network ACL would let nothing through: jobs would wait, and nothing would say why.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
 */
export async function vpcEndpointProblems(
  vpc: { id: string; region: string; controlPlaneCidrBlocks: string[] },
  privateDestinations: PrivateDestination[],
): Promise<string[]> {
  const open = [
    ...vpc.controlPlaneCidrBlocks,
    ...privateDestinations.filter(({ port }) => port === 443).map(({ cidrBlock }) => cidrBlock),
  ];
  const problems = await Promise.all(
    calledServices.map(async (service) => {
      const closed = (await addressesOf(vpc, service)).filter(
        (address) => !open.some((cidrBlock) => contains(cidrBlock, `${address}/32`)),
      );
      return closed.length === 0 ? [] : [sentence(vpc.id, service, closed)];
    }),
  );
  return problems.flat();
}

function sentence(vpcId: string, service: string, addresses: string[]): string {
  const destinations = addresses.map((address) => ({ cidrBlock: `${address}/32`, port: 443 }));
  return (
    `VPC ${vpcId} has an interface endpoint for ${service} with private DNS names, which lead runners to ` +
    `${addresses.join(", ")}, and their network ACL keeps these closed\n` +
    `    name them in eks-dryrun-runner:privateDestinations: ${JSON.stringify(destinations)}\n` +
    "    and let the runner's security group in at the endpoint's"
  );
}

/** Where an endpoint's names lead; nowhere if there is none or it has no private names. */
async function addressesOf(vpc: { id: string; region: string }, service: string): Promise<string[]> {
  const endpoint = await find({
    vpcId: vpc.id,
    serviceName: `com.amazonaws.${vpc.region}.${service}`,
    vpcEndpointType: "Interface",
    state: "available",
  });
  if (!endpoint?.privateDnsEnabled) return [];
  const interfaces = await Promise.all(
    [...endpoint.networkInterfaceIds].sort().map((id) => aws.ec2.getNetworkInterface({ id })),
  );
  return interfaces.map(({ privateIp }) => privateIp);
}

/** A lookup that finds nothing is an error of the provider's, and here the usual case. */
async function find(args: aws.ec2.GetVpcEndpointArgs): Promise<aws.ec2.GetVpcEndpointResult | undefined> {
  try {
    return await aws.ec2.getVpcEndpoint(args);
  } catch (error) {
    if (error instanceof Error && /no matching .*found/i.test(error.message)) return undefined;
    if (!(error instanceof Error) || !/multiple .* matched/i.test(error.message)) throw error;
    await pulumi.log.warn(
      `VPC ${String(args.vpcId)} has several interface endpoints for ${String(args.serviceName)}: whether runners reach the one ` +
        "with private DNS names is not checked",
    );
    return undefined;
  }
}
