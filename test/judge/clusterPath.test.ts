import { expect } from "chai";
import { describe, it } from "mocha";
import { judgeClusterPath } from "../../sandbox/judge/clusterPath";
import type { NetworkAclEntry, Snapshot } from "../../sandbox/judge/snapshot";
import { sampleNetwork, tcpRule } from "./sampleNetwork";

const caller = { vpcId: "vpc-1", subnetIds: ["subnet-runner"], securityGroupIds: ["sg-runner"] };

/** The sample network with a private cluster that the runner reaches. */
function sampleWithCluster(): Snapshot {
  const network = sampleNetwork();
  const everything = { protocol: "-1", cidrBlocks: [], groupIds: [], prefixListIds: [] };
  network.subnets.push({
    id: "subnet-cluster",
    vpcId: "vpc-1",
    cidrBlock: "10.0.16.0/20",
    availabilityZone: "ap-northeast-1c",
  });
  network.networkAcls[0]!.subnetIds.push("subnet-cluster");
  network.securityGroups.push(
    {
      id: "sg-cluster",
      vpcId: "vpc-1",
      name: "eks-cluster-sg",
      ingress: [{ ...everything, groupIds: ["sg-cluster"] }, tcpRule(443, { groupIds: ["sg-runner"] })],
      egress: [],
    },
    { id: "sg-other", vpcId: "vpc-1", name: "other", ingress: [], egress: [] },
  );
  network.clusters.push({
    name: "production",
    arn: "arn:aws:eks:ap-northeast-1:123456789012:cluster/production",
    vpcId: "vpc-1",
    subnetIds: ["subnet-cluster"],
    securityGroupIds: ["sg-cluster"],
    clusterSecurityGroupId: "sg-cluster",
    privateEndpoint: true,
    publicEndpoint: false,
    publicAccessCidrs: [],
  });
  return network;
}

function judged(change: (network: Snapshot) => void) {
  const network = sampleWithCluster();
  change(network);
  return judgeClusterPath(network, caller, "production");
}

const cluster = (network: Snapshot) => network.clusters[0]!;
const group = (network: Snapshot, id: string) => network.securityGroups.find((one) => one.id === id)!;
/** Puts rules in the place of the one that lets the runner in. */
const admit = (network: Snapshot, ...rules: Parameters<typeof tcpRule>[1][]) => {
  group(network, "sg-cluster").ingress = rules.map((rule) => tcpRule(443, rule));
};
const publicOnly = (network: Snapshot, ...publicAccessCidrs: string[]) => {
  Object.assign(cluster(network), { privateEndpoint: false, publicEndpoint: true, publicAccessCidrs });
};
const moveAway = (network: Snapshot) => {
  network.vpcs.push({ ...network.vpcs[0]!, id: "vpc-2" });
  cluster(network).vpcId = "vpc-2";
};

/** Gives a subnet a network ACL that denies something before it allows all. */
function deny(network: Snapshot, subnetId: string, denied: Partial<NetworkAclEntry>): void {
  const shared = network.networkAcls[0]!;
  shared.subnetIds = shared.subnetIds.filter((id) => id !== subnetId);
  const rule = {
    ruleNumber: 50,
    egress: true,
    action: "deny" as const,
    protocol: "6",
    cidrBlock: "0.0.0.0/0",
  };
  const entries = [{ ...rule, ...denied }, ...shared.entries];
  network.networkAcls.push({ ...shared, id: "acl-own", subnetIds: [subnetId], entries });
}

describe("the judge of the way to a cluster", () => {
  const accepted: [what: string, change: (network: Snapshot) => void][] = [
    ["a rule for the runner's group on the cluster's own group", () => undefined],
    [
      "a rule on an additional group of the cluster",
      (network) => {
        admit(network);
        cluster(network).securityGroupIds.push("sg-other");
        group(network, "sg-other").ingress = [tcpRule(443, { groupIds: ["sg-runner"] })];
      },
    ],
    [
      "a rule for a range that contains the runner's subnet",
      (network) => {
        admit(network, { cidrBlocks: ["10.0.9.0/24"] });
      },
    ],
    [
      "a group of the runner that lets out to the cluster's group only",
      (network) => {
        group(network, "sg-runner").egress = [tcpRule(443, { groupIds: ["sg-cluster"] })];
      },
    ],
    [
      "a public endpoint beside the private one, whomever that admits",
      (network) => {
        Object.assign(cluster(network), { publicEndpoint: true, publicAccessCidrs: ["198.51.100.0/24"] });
      },
    ],
    [
      "a public endpoint alone that admits the NAT gateway",
      (network) => {
        publicOnly(network, "203.0.113.7/32");
        admit(network);
      },
    ],
    [
      "the public endpoint of a cluster in another VPC",
      (network) => {
        moveAway(network);
        Object.assign(cluster(network), { publicEndpoint: true, publicAccessCidrs: ["0.0.0.0/0"] });
      },
    ],
  ];
  for (const [what, change] of accepted)
    it(`accepts ${what}`, () => {
      expect(judged(change)).to.deep.equal({ ok: true });
    });

  const refused: [what: string, change: (network: Snapshot) => void, reason: RegExp][] = [
    [
      "no rule for the runner",
      (network) => {
        admit(network);
      },
      /cluster production \(sg-cluster\) lets TCP 443 in/,
    ],
    [
      "a rule on a group that is not the cluster's",
      (network) => {
        admit(network);
        group(network, "sg-other").ingress = [tcpRule(443, { groupIds: ["sg-runner"] })];
      },
      /lets TCP 443 in/,
    ],
    [
      "a rule for another port",
      (network) => {
        group(network, "sg-cluster").ingress = [tcpRule(6443, { groupIds: ["sg-runner"] })];
      },
      /lets TCP 443 in/,
    ],
    [
      "a rule of UDP",
      (network) => {
        group(network, "sg-cluster").ingress = [
          { ...tcpRule(443, { groupIds: ["sg-runner"] }), protocol: "udp" },
        ];
      },
      /lets TCP 443 in/,
    ],
    [
      "a rule for half of the subnet",
      (network) => {
        admit(network, { cidrBlocks: ["10.0.9.0/29"] });
      },
      /lets TCP 443 in/,
    ],
    [
      "a rule for another group",
      (network) => {
        admit(network, { groupIds: ["sg-other"] });
      },
      /lets TCP 443 in/,
    ],
    [
      "a runner whose group lets nothing out",
      (network) => {
        group(network, "sg-runner").egress = [];
      },
      /no security group of the build \(sg-runner\) lets TCP 443 out/,
    ],
    [
      "a public endpoint alone that admits others",
      (network) => {
        publicOnly(network, "198.51.100.0/24");
      },
      /admits 198\.51\.100\.0\/24.*203\.0\.113\.7/,
    ],
    [
      "a public endpoint alone and no way out",
      (network) => {
        publicOnly(network, "0.0.0.0/0");
        network.natGateways = [];
      },
      /NAT gateway nat-1 .* is gone/,
    ],
    [
      "a private cluster in another VPC",
      (network) => {
        moveAway(network);
      },
      /private endpoint only, in vpc-2/,
    ],
    [
      "a VPC that resolves no names",
      (network) => {
        network.vpcs[0]!.dnsSupport = false;
      },
      /enableDnsSupport is off/,
    ],
    [
      "a public name where the VPC has no private one, and the public endpoint admits others",
      (network) => {
        network.vpcs[0]!.dnsHostnames = false;
        Object.assign(cluster(network), { publicEndpoint: true, publicAccessCidrs: ["198.51.100.0/24"] });
      },
      /public endpoint/,
    ],
    [
      "a network ACL that lets nothing out of the runner's subnet",
      (network) => {
        deny(network, "subnet-runner", { fromPort: 443, toPort: 443 });
      },
      /acl-own of the subnet subnet-runner lets no TCP 443 out/,
    ],
    [
      "a network ACL that lets nothing into the cluster's subnet",
      (network) => {
        deny(network, "subnet-cluster", { egress: false, fromPort: 443, toPort: 443 });
      },
      /acl-own of the subnet subnet-cluster lets no TCP 443 in/,
    ],
    [
      "a network ACL that keeps the answers back",
      (network) => {
        deny(network, "subnet-cluster", { fromPort: 30000, toPort: 40000 });
      },
      /lets the answers/,
    ],
    [
      "a subnet that is gone",
      (network) => {
        network.subnets = network.subnets.filter(({ id }) => id !== "subnet-runner");
      },
      /the subnet subnet-runner is gone/,
    ],
    [
      "a cluster that is gone",
      (network) => {
        network.clusters = [];
      },
      /no cluster production in ap-northeast-1/,
    ],
  ];
  for (const [what, change, reason] of refused)
    it(`refuses ${what}`, () => {
      expect(judged(change)).to.have.property("reason").that.matches(reason);
    });
});
