import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  type IpPermission,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import type { QueryInput } from "./queryInput";
import type { Refusal, World } from "./refusal";

const errorCodes = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const createSecurityGroup =
  "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";
const ipPermission = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";
const authorize = ["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"];
const validText = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/** Security groups and their rules. */
export const securityGroupRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["CreateSecurityGroup"],
    condition: (input) => [input.get("GroupName")].find((name) => name?.startsWith("sg-")),
    code: "InvalidParameterValue",
    message: (name) => `Invalid value '${name}' for groupName. Group names may not be in the format sg-*.`,
    source: createSecurityGroup,
  },
  {
    operations: ["CreateSecurityGroup"],
    condition: (input) =>
      [input.get("GroupName"), input.get("GroupDescription")].find(
        (text) => text !== undefined && !validText.test(text),
      ),
    code: "InvalidParameterValue",
    message: (text) =>
      `Value (${text}) for a security group's name or description is invalid. Valid are up to 255 characters of ` +
      "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
    source: createSecurityGroup,
  },
  {
    operations: ["CreateSecurityGroup"],
    condition: async (input, { ec2 }) => {
      const id = input.get("VpcId");
      if (id === undefined) return undefined;
      const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
      return Vpcs?.some(({ VpcId }) => VpcId === id) ? undefined : id;
    },
    code: "InvalidVpcID.NotFound",
    message: (id) => `The vpc ID '${id}' does not exist`,
    source: errorCodes,
  },
  {
    operations: ["DeleteSecurityGroup"],
    condition: async (input, world) => {
      const group = await deletedGroup(input, world);
      return group?.GroupName === "default" ? group.GroupId : undefined;
    },
    code: "CannotDelete",
    message: (id) => `the specified group: "${id}" name: "default" cannot be deleted by a user`,
    source: errorCodes,
  },
  {
    operations: ["DeleteSecurityGroup"],
    condition: async (input, world) => {
      const id = (await deletedGroup(input, world))?.GroupId;
      return id !== undefined && ((await isNamedByOthers(id, world)) || (await hasInterfaces(id, world)))
        ? id
        : undefined;
    },
    code: "DependencyViolation",
    message: (id) => `resource ${id} has a dependent object`,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html",
  },
  {
    operations: authorize,
    condition: groupOfAnotherVpc,
    code: "InvalidGroup.NotFound",
    message: () => "You have specified two resources that belong to different networks.",
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (same or peered VPC)",
  },
  {
    operations: authorize,
    condition: (input) =>
      input
        .list("IpPermissions")
        .map((permission) => permission.get("IpProtocol") ?? "")
        .find((protocol) => !/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/i.test(protocol)),
    code: "InvalidParameterValue",
    message: (protocol) => `Invalid value '${protocol}' for IP protocol. Unknown protocol.`,
    source: ipPermission,
  },
  {
    operations: authorize,
    condition: (input) => input.list("IpPermissions").map(badPortRange).find(Boolean),
    code: "InvalidParameterValue",
    message: (range) =>
      `Invalid port range '${range}': ports go from 0 to 65535, the first is not above the last.`,
    source: ipPermission,
  },
  {
    operations: authorize,
    condition: duplicateRule,
    code: "InvalidPermission.Duplicate",
    message: (rule) => `the specified rule "${rule}" already exists`,
    source: `${errorCodes} (a rule's description is not part of its identity)`,
  },
];

async function groups({ ec2 }: World): Promise<SecurityGroup[]> {
  return (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups ?? [];
}

async function deletedGroup(input: QueryInput, world: World): Promise<SecurityGroup | undefined> {
  return (await groups(world)).find(
    ({ GroupId, GroupName }) =>
      GroupId === input.get("GroupId") ||
      (input.get("GroupId") === undefined && GroupName === input.get("GroupName")),
  );
}

async function isNamedByOthers(id: string, world: World): Promise<boolean> {
  return (await groups(world)).some(
    (group) =>
      group.GroupId !== id &&
      [...(group.IpPermissions ?? []), ...(group.IpPermissionsEgress ?? [])].some(({ UserIdGroupPairs }) =>
        UserIdGroupPairs?.some(({ GroupId }) => GroupId === id),
      ),
  );
}

async function hasInterfaces(id: string, { ec2 }: World): Promise<boolean> {
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  return NetworkInterfaces?.some(({ Groups }) => Groups?.some(({ GroupId }) => GroupId === id)) ?? false;
}

async function groupOfAnotherVpc(input: QueryInput, world: World): Promise<string | undefined> {
  const all = await groups(world);
  const vpcOf = (id: string | undefined) => all.find(({ GroupId }) => GroupId === id)?.VpcId;
  const own = vpcOf(input.get("GroupId"));
  return input
    .list("IpPermissions")
    .flatMap((permission) => permission.list("Groups"))
    .map((pair) => pair.get("GroupId"))
    .find((id) => own !== undefined && vpcOf(id) !== undefined && vpcOf(id) !== own);
}

function badPortRange(permission: QueryInput): string | undefined {
  if (!/^(tcp|udp|6|17)$/i.test(permission.get("IpProtocol") ?? "")) return undefined;
  const from = Number(permission.get("FromPort") ?? NaN);
  const to = Number(permission.get("ToPort") ?? NaN);
  const valid = from >= 0 && to <= 65535 && from <= to;
  return valid ? undefined : `${String(from)}-${String(to)}`;
}

async function duplicateRule(input: QueryInput, world: World): Promise<string | undefined> {
  const group = (await groups(world)).find(({ GroupId }) => GroupId === input.get("GroupId"));
  const isEgress = input.get("Action") === "AuthorizeSecurityGroupEgress";
  const standing = (isEgress ? group?.IpPermissionsEgress : group?.IpPermissions) ?? [];
  const existing = new Set(standing.flatMap(ruleNames));
  const wanted = input.list("IpPermissions").flatMap(requestedRuleNames);
  return wanted.find((name, index) => existing.has(name) || wanted.indexOf(name) !== index);
}

function ruleNames(permission: IpPermission): string[] {
  const peers = [
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId),
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
  ];
  return peers.map((peer) => ruleName(peer, permission.IpProtocol, permission.FromPort, permission.ToPort));
}

function requestedRuleNames(permission: QueryInput): string[] {
  const peers = [
    ...permission.list("Groups").map((pair) => pair.get("GroupId")),
    ...permission.list("IpRanges").map((range) => range.get("CidrIp")),
    ...permission.list("Ipv6Ranges").map((range) => range.get("CidrIpv6")),
    ...permission.list("PrefixListIds").map((list) => list.get("PrefixListId")),
  ];
  return peers.map((peer) =>
    ruleName(peer, permission.get("IpProtocol"), permission.get("FromPort"), permission.get("ToPort")),
  );
}

function ruleName(peer?: string, protocol?: string, from?: string | number, to?: string | number): string {
  if (protocol === "-1") return `peer: ${String(peer)}, ALL, ALLOW`;
  return (
    `peer: ${String(peer)}, ${String(protocol).toUpperCase()}, ` +
    `from port: ${String(from)}, to port: ${String(to)}, ALLOW`
  );
}
