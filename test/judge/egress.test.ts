import { expect } from "chai";
import { describe, it } from "mocha";
import { judgeEgress } from "../../sandbox/judge/egress";
import type { NetworkAclEntry, Snapshot } from "../../sandbox/judge/snapshot";
import { sampleNetwork, tcpRule } from "./sampleNetwork";

const placement = { subnetIds: ["subnet-runner"], securityGroupIds: ["sg-runner"] };

function judged(change: (network: Snapshot) => void) {
  const network = sampleNetwork();
  change(network);
  return judgeEgress(network, placement);
}

const table = (network: Snapshot, id: string) => network.routeTables.find((one) => one.id === id)!;
const nat = (network: Snapshot) => network.natGateways[0]!;
const group = (network: Snapshot) => network.securityGroups[0]!;
const defaultRoute = (network: Snapshot, id: string) => table(network, id).routes[1]!;

/** Gives a subnet a network ACL of its own that denies some ports before it allows all. */
function deny(network: Snapshot, subnetId: string, denied: Partial<NetworkAclEntry>): void {
  const shared = network.networkAcls[0]!;
  shared.subnetIds = shared.subnetIds.filter((id) => id !== subnetId);
  const rule: NetworkAclEntry = {
    ruleNumber: 50,
    egress: true,
    action: "deny",
    protocol: "6",
    cidrBlock: "0.0.0.0/0",
    ...denied,
  };
  network.networkAcls.push({
    ...shared,
    id: "acl-own",
    subnetIds: [subnetId],
    entries: [rule, ...shared.entries],
  });
}

describe("the judge of the way out", () => {
  const accepted: [what: string, change: (network: Snapshot) => void][] = [
    ["a NAT gateway in a public subnet", () => undefined],
    [
      "two halves of the internet as two routes",
      (network) => {
        const route = defaultRoute(network, "rtb-runner");
        table(network, "rtb-runner").routes = ["0.0.0.0/1", "128.0.0.0/1"].map((destinationCidrBlock) => ({
          ...route,
          destinationCidrBlock,
        }));
      },
    ],
    [
      "the main route table, where the subnet has none of its own",
      (network) => {
        table(network, "rtb-runner").subnetIds = [];
        table(network, "rtb-main").routes.push(defaultRoute(network, "rtb-runner"));
      },
    ],
    [
      "a group that lets all traffic out",
      (network) => {
        group(network).egress = [
          { protocol: "-1", cidrBlocks: ["0.0.0.0/0"], groupIds: [], prefixListIds: [] },
        ];
      },
    ],
    [
      "a network ACL that denies another port",
      (network) => {
        deny(network, "subnet-runner", { fromPort: 22, toPort: 22 });
      },
    ],
  ];
  for (const [what, change] of accepted)
    it(`finds it through ${what}`, () => {
      expect(judged(change)).to.deep.equal({ ok: true });
    });

  const refusedOnes: [what: string, change: (network: Snapshot) => void, reason: RegExp][] = [
    [
      "no default route",
      (network) => table(network, "rtb-runner").routes.pop(),
      /subnet-runner has no route to the internet/,
    ],
    [
      "a subnet that fell back to the main table",
      (network) => {
        table(network, "rtb-runner").subnetIds = [];
      },
      /no route to the internet/,
    ],
    [
      "a route whose gateway is gone",
      (network) => {
        defaultRoute(network, "rtb-runner").state = "blackhole";
      },
      /blackhole/,
    ],
    [
      "an internet gateway, for want of a public address",
      (network) => {
        defaultRoute(network, "rtb-runner").target = "igw-1";
      },
      /no public address/,
    ],
    [
      "a transit gateway",
      (network) => {
        defaultRoute(network, "rtb-runner").target = "tgw-1";
      },
      /knows no way out/,
    ],
    [
      "a NAT gateway that is gone",
      (network) => {
        network.natGateways = [];
      },
      /nat-1 of the subnet subnet-runner is gone/,
    ],
    [
      "a NAT gateway that is being deleted",
      (network) => {
        nat(network).state = "deleting";
      },
      /deleting, not available/,
    ],
    [
      "a private NAT gateway",
      (network) => {
        nat(network).connectivity = "private";
      },
      /private/,
    ],
    [
      "a NAT gateway of another VPC",
      (network) => {
        nat(network).vpcId = "vpc-2";
      },
      /is in vpc-2, not in vpc-1/,
    ],
    [
      "a NAT gateway in a subnet without a way out",
      (network) => table(network, "rtb-public").routes.pop(),
      /nat-1 has no way out: its subnet subnet-public has no route/,
    ],
    [
      "a NAT gateway behind another NAT gateway",
      (network) => {
        defaultRoute(network, "rtb-public").target = "nat-1";
      },
      /has no way out/,
    ],
    [
      "an internet gateway that is not attached",
      (network) => {
        network.internetGateways[0]!.vpcIds = [];
      },
      /igw-1 is not attached to the VPC vpc-1/,
    ],
    [
      "a group without rules",
      (network) => {
        group(network).egress = [];
      },
      /\(sg-runner\) lets TCP 443 out/,
    ],
    [
      "a group that lets another port out",
      (network) => {
        group(network).egress = [tcpRule(80, { cidrBlocks: ["0.0.0.0/0"] })];
      },
      /lets TCP 443 out/,
    ],
    [
      "a group that lets 443 out to the VPC only",
      (network) => {
        group(network).egress = [tcpRule(443, { cidrBlocks: ["10.0.0.0/16"] })];
      },
      /lets TCP 443 out/,
    ],
    [
      "a group that lets UDP 443 out",
      (network) => {
        group(network).egress = [{ ...tcpRule(443, { cidrBlocks: ["0.0.0.0/0"] }), protocol: "udp" }];
      },
      /lets TCP 443 out/,
    ],
    [
      "an ACL that lets nothing out",
      (network) => {
        deny(network, "subnet-runner", {});
      },
      /acl-own of the subnet subnet-runner lets no TCP 443 out/,
    ],
    [
      "an ACL that lets some answers not in",
      (network) => {
        deny(network, "subnet-runner", { egress: false, fromPort: 40000, toPort: 50000 });
      },
      /acl-own of the subnet subnet-runner lets the answers .* not in/,
    ],
    [
      "an ACL before the NAT gateway that lets the runner not in",
      (network) => {
        deny(network, "subnet-public", { egress: false, cidrBlock: "10.0.9.0/28" });
      },
      /acl-own of the subnet subnet-public lets no TCP 443 in from 10\.0\.9\.4/,
    ],
    [
      "a VPC without names",
      (network) => {
        network.vpcs[0]!.dnsSupport = false;
      },
      /resolves no names/,
    ],
    [
      "a subnet that is gone",
      (network) => {
        network.subnets.pop();
      },
      /subnet-runner is gone/,
    ],
  ];
  for (const [what, change, reason] of refusedOnes)
    it(`finds none through ${what}`, () => {
      const judgement = judged(change);
      expect(judgement.ok, "found one").to.equal(false);
      if (!judgement.ok) expect(judgement.reason).to.match(reason);
    });

  it("wants it for each subnet, for CodeBuild may take any", () => {
    const network = sampleNetwork();
    network.subnets.push({ ...network.subnets[1]!, id: "subnet-lost" });
    const judgement = judgeEgress(network, { ...placement, subnetIds: ["subnet-runner", "subnet-lost"] });
    expect(judgement.ok).to.equal(false);
  });
});
