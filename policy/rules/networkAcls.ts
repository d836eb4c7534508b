import { NetworkAcl, Subnet } from "@pulumi/aws/ec2";
import { Project } from "@pulumi/aws/codebuild";
import {
  validateResourceOfType,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import ipaddr from "ipaddr.js";
import { sourcesOf } from "../runners";

interface AclRule {
  ruleNo: number;
  action: string;
  protocol: string;
  cidrBlock?: string;
  fromPort: number;
  toPort: number;
}

/** Ranges of private networks: RFC 1918, and RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Whoever can push a branch runs code there: it must not reach every service that trusts the VPC. */
export const noWayToPrivateNetworks: ResourceValidationPolicy = {
  name: "no-way-to-private-networks",
  description:
    "A network ACL denies private networks as a whole, and lets out no more than HTTPS to all others.",
  validateResource: validateResourceOfType(NetworkAcl, ({ egress, ingress }, args, reportViolation) => {
    for (const [direction, rules] of Object.entries({ egress: egress ?? [], ingress: ingress ?? [] })) {
      const open = privateRanges.filter((range) => deciding(rules, range)?.action !== "deny");
      if (open.length > 0) {
        reportViolation(
          `Its ${direction} does not deny ${open.join(", ")}. Mend: a rule for all protocols with \`action\` deny, before ` +
            "one that allows a wider range.",
        );
      }
    }
    const out = deciding(egress ?? [], "0.0.0.0/0");
    if (out?.action === "allow" && !isHttps(out)) {
      reportViolation(
        "It lets more than HTTPS out to everywhere. Mend: `protocol` 6, `fromPort` and `toPort` 443.",
      );
    }
  }),
};

/** The rule that decides about a whole range: the first in order that has all of it. */
function deciding(rules: AclRule[], range: string): AclRule | undefined {
  return [...rules]
    .sort((one, other) => one.ruleNo - other.ruleNo)
    .find(({ cidrBlock, action, protocol }) => {
      const whole = action === "allow" || protocol === "-1";
      return whole && cidrBlock !== undefined && contains(cidrBlock, range);
    });
}

function contains(outer: string, inner: string): boolean {
  const [network, prefix] = ipaddr.IPv4.parseCIDR(outer);
  const [address, innerPrefix] = ipaddr.IPv4.parseCIDR(inner);
  return innerPrefix >= prefix && address.match(network, prefix);
}

function isHttps({ protocol, fromPort, toPort }: AclRule): boolean {
  return ["6", "tcp"].includes(protocol) && fromPort === 443 && toPort === 443;
}

/** A subnet without one of its own has the VPC's default network ACL, which lets everything through. */
export const subnetsHaveNetworkAcl: StackValidationPolicy = {
  name: "subnets-have-network-acl",
  description: "Each subnet of a runner has a network ACL of the program's.",
  validateStack: ({ resources }, reportViolation) => {
    const covered = resources
      .filter((one) => one.isType(NetworkAcl))
      .flatMap((acl) => sourcesOf(acl, "subnetIds"));
    const used = resources
      .filter((one) => one.isType(Project))
      .flatMap((project) => sourcesOf(project, "vpcConfig"));
    for (const subnet of used.filter((one) => one.isType(Subnet) && !covered.includes(one))) {
      reportViolation(
        "It has the VPC's network ACL, which lets everything through. " +
          "Mend: name it in `subnetIds` of the runner's aws.ec2.NetworkAcl.",
        subnet.urn,
      );
    }
  },
};
