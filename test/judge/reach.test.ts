import { expect } from "chai";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, it } from "mocha";
import { runnerNetworkAclRules, type NetworkAclRule } from "../../components/runnerNetworkAcl";
import { judgeClusterPath } from "../../sandbox/judge/clusterPath";
import { judgeEgress } from "../../sandbox/judge/egress";
import { judgeReach } from "../../sandbox/judge/reach";
import type { NetworkAclEntry, Snapshot } from "../../sandbox/judge/snapshot";
import { sampleNetwork, tcpRule } from "./sampleNetwork";

const runner = { subnetId: "subnet-runner", securityGroupIds: ["sg-runner"] };
const controlPlane = "10.0.16.0/20";
const proxy = { cidrBlock: "10.0.48.0/24", port: 3128 };
const secondRange = "198.51.100.0/24";

const entries = (rules: NetworkAclRule[], egress: boolean): NetworkAclEntry[] =>
  rules.map(({ ruleNo, action, protocol, cidrBlock, fromPort, toPort }) => ({
    ruleNumber: ruleNo,
    egress,
    action,
    protocol,
    cidrBlock,
    // EC2 gives no ports back for rules of all protocols.
    ...(protocol === "-1" ? {} : { fromPort, toPort }),
  }));

/**
 * The sample network with the network ACL that the program makes, subnets over the whole of both its ranges, a cluster, and
 * security groups that hold nobody, so that the network ACL is all that does.
 */
function closedNetwork(): Snapshot {
  const network = sampleNetwork();
  const { egress, ingress } = runnerNetworkAclRules({
    vpcCidrBlocks: ["10.0.0.0/16", secondRange],
    controlPlaneCidrBlocks: [controlPlane],
    privateDestinations: [proxy],
  });
  network.vpcs[0]!.cidrBlocks.push(secondRange);
  for (const { routes } of network.routeTables)
    routes.push({ destinationCidrBlock: secondRange, target: "local", state: "active" });
  const others = [controlPlane, proxy.cidrBlock, "10.0.64.0/18", "10.0.128.0/17", secondRange];
  for (const cidrBlock of others)
    network.subnets.push({ id: `subnet-${cidrBlock}`, vpcId: "vpc-1", cidrBlock, availabilityZone: "a" });
  network.networkAcls[0]!.subnetIds = ["subnet-public", ...others.map((block) => `subnet-${block}`)];
  network.networkAcls.push({
    id: "acl-runner",
    vpcId: "vpc-1",
    isDefault: false,
    subnetIds: ["subnet-runner"],
    entries: [...entries(egress, true), ...entries(ingress, false)],
  });
  network.securityGroups[0]!.egress = [
    { protocol: "-1", cidrBlocks: ["0.0.0.0/0"], groupIds: [], prefixListIds: [] },
  ];
  network.securityGroups.push({
    id: "sg-cluster",
    vpcId: "vpc-1",
    name: "cluster",
    ingress: [tcpRule(443, { groupIds: ["sg-runner"] })],
    egress: [],
  });
  network.clusters.push({
    name: "production",
    arn: "arn:aws:eks:ap-northeast-1:123456789012:cluster/production",
    vpcId: "vpc-1",
    subnetIds: [`subnet-${controlPlane}`],
    securityGroupIds: ["sg-cluster"],
    clusterSecurityGroupId: "sg-cluster",
    privateEndpoint: true,
    publicEndpoint: false,
    publicAccessCidrs: [],
  });
  return network;
}

const isIn = (cidrBlock: string, address: string) =>
  ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(cidrBlock));

/** Any address of the subnets, and as often one at an end of theirs. */
const addresses = (cidrBlocks: string[]) =>
  fc.constantFrom(...cidrBlocks).chain((cidrBlock) => {
    const first = number(ipaddr.IPv4.networkAddressFromCIDR(cidrBlock));
    const last = number(ipaddr.IPv4.broadcastAddressFromCIDR(cidrBlock));
    return fc.oneof(fc.constantFrom(first, last), fc.integer({ min: first, max: last })).map(dotted);
  });
const number = (address: ipaddr.IPv4) => address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
const dotted = (value: number) =>
  [24, 16, 8, 0].map((bits) => String(Math.floor(value / 2 ** bits) % 256)).join(".");
const ports = fc.oneof(fc.constantFrom(22, 443, 3128, 5432, 10250), fc.integer({ min: 1, max: 65535 }));

describe("a runner behind the network ACL that the program makes", () => {
  const network = closedNetwork();
  const elsewhere = network.subnets
    .map(({ cidrBlock }) => cidrBlock)
    .filter((block) => block !== "10.0.9.0/28");

  it("reaches the control plane and the internet", () => {
    const caller = { vpcId: "vpc-1", subnetIds: ["subnet-runner"], securityGroupIds: ["sg-runner"] };
    expect(judgeClusterPath(network, caller, "production")).to.deep.equal({ ok: true });
    expect(judgeEgress(network, caller)).to.deep.equal({ ok: true });
  });

  it("reaches nothing of the VPC on any port, but 443 of the cluster's subnets and what the settings name", () => {
    fc.assert(
      fc.property(addresses(elsewhere), ports, (address, port) => {
        const isOpen =
          (port === 443 && isIn(controlPlane, address)) ||
          (port === proxy.port && isIn(proxy.cidrBlock, address));
        const judgement = judgeReach(network, runner, { address, port });
        expect(judgement.ok, `${address}:${String(port)}`).to.equal(isOpen);
        // Held on the way out: not an answer alone is kept back.
        if (!judgement.ok) expect(judgement.reason).to.match(/acl-runner .* lets no TCP \d+ out to/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reached all of it with the VPC's own network ACL", () => {
    const open = closedNetwork();
    open.networkAcls.pop();
    open.networkAcls[0]!.subnetIds.push("subnet-runner");
    fc.assert(
      fc.property(
        addresses(elsewhere),
        ports,
        (address, port) => judgeReach(open, runner, { address, port }).ok,
      ),
    );
  });

  it("is held by its security group as well", () => {
    const silent = closedNetwork();
    silent.securityGroups[0]!.egress = [];
    expect(judgeReach(silent, runner, { address: "10.0.16.4", port: 443 }))
      .to.have.property("reason")
      .that.matches(/no security group/);
  });
});
