import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import { contains } from "../../components/ipv4Ranges";
import { ok, wrong, type Check, type Finding } from "./check";
import type { Facts } from "./facts";

export const ingressChecks: Check[] = [
  {
    name: "ingress-rule",
    looksAt: ({ runner }) => `whether ${runner.clusterName} lets the runner in on port 443`,
    examine: ingress,
  },
];

/** EKS puts its own group and those that were named at creation on the control plane: a rule on either opens it. */
async function ingress(facts: Facts): Promise<Finding> {
  const { clusterSecurityGroupId = "", securityGroupIds = [] } =
    (await facts.cluster()).resourcesVpcConfig ?? {};
  const clusterGroups = [clusterSecurityGroupId, ...securityGroupIds];
  const runner = await runnerSource(facts);
  const groups = (await facts.securityGroups()).map((group) => ({
    id: group.GroupId ?? "",
    isClusters: clusterGroups.includes(group.GroupId ?? ""),
    rules: rulesFor(group, runner),
  }));
  const opened = groups.filter(({ rules }) => rules.some(opensHttps));
  const right = opened.find(({ isClusters }) => isClusters);
  if (right) return ok(`a rule of ${right.id}`);

  const elsewhere = opened[0];
  if (elsewhere) {
    return wrong(
      `the rule is on ${elsewhere.id}, a group that the cluster does not use: its groups are ${clusterGroups.join(", ")}`,
      facts.up,
    );
  }
  const otherPort = groups.find(({ isClusters, rules }) => isClusters && rules.length > 0);
  if (otherPort) {
    const ports = otherPort.rules.map(portsOf).join(", ");
    return wrong(`${otherPort.id} lets the runner in on ${ports}, expected tcp 443`, facts.up);
  }
  return wrong(
    `none of the cluster's groups (${clusterGroups.join(", ")}) has a rule for ${runner.groups.join(", ")}`,
    facts.up,
  );
}

interface Source {
  groups: string[];
  ranges: string[];
}

async function runnerSource(facts: Facts): Promise<Source> {
  const { securityGroupIds } = await facts.network();
  const ranges = (await facts.subnets()).flatMap(({ CidrBlock }) => CidrBlock ?? []);
  return { groups: securityGroupIds, ranges };
}

/** Rules that let the runner in, by its group or by the ranges of all its subnets. */
function rulesFor({ IpPermissions = [] }: SecurityGroup, { groups, ranges }: Source): IpPermission[] {
  return IpPermissions.filter(
    ({ UserIdGroupPairs = [], IpRanges = [] }) =>
      UserIdGroupPairs.some(({ GroupId }) => groups.includes(GroupId ?? "")) ||
      (ranges.length > 0 &&
        ranges.every((range) => IpRanges.some(({ CidrIp }) => contains(CidrIp ?? "", range)))),
  );
}

function opensHttps({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission): boolean {
  return IpProtocol === "-1" || (IpProtocol === "tcp" && FromPort <= 443 && 443 <= ToPort);
}

function portsOf({ IpProtocol = "", FromPort, ToPort }: IpPermission): string {
  const ports = FromPort === ToPort ? String(FromPort) : `${String(FromPort)}-${String(ToPort)}`;
  return `${IpProtocol} ${ports}`;
}
