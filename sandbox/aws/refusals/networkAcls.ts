import { DescribeNetworkAclsCommand, DescribeSubnetsCommand, type NetworkAcl } from "@aws-sdk/client-ec2";
import type { QueryInput } from "./queryInput";
import type { Refusal, World } from "./refusal";

const errorCodes = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const createEntry = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html";
const quotas = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

/** Rules in a direction, the one that denies the rest among them. */
const rulesPerNetworkAcl = 20;

/** Network ACLs, their entries and what subnets they are on. */
export const networkAclRefusals: Refusal<QueryInput>[] = [
  {
    operations: ["DescribeNetworkAcls"],
    condition: async (input, world) => {
      const known = (await networkAcls(world)).map(({ NetworkAclId }) => NetworkAclId);
      return input.values("NetworkAclId").find((id) => !known.includes(id));
    },
    code: "InvalidNetworkAclID.NotFound",
    message: (id) => `The networkAcl ID '${id}' does not exist`,
    source: errorCodes,
  },
  {
    operations: ["DeleteNetworkAcl"],
    condition: async (input, world) => {
      const acl = await networkAcl(input, world);
      return acl?.IsDefault ? acl.NetworkAclId : undefined;
    },
    code: "InvalidParameterValue",
    message: (id) => `cannot delete default network ACL ${id}`,
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html",
  },
  {
    operations: ["CreateNetworkAclEntry", "ReplaceNetworkAclEntry"],
    condition: (input) => {
      const ruleNumber = Number(input.get("RuleNumber"));
      return ruleNumber >= 1 && ruleNumber <= 32766 ? undefined : String(input.get("RuleNumber"));
    },
    code: "InvalidParameterValue",
    message: (ruleNumber) =>
      `Value (${ruleNumber}) for parameter ruleNumber is invalid. Valid are 1 to 32766.`,
    source: createEntry,
  },
  {
    operations: ["CreateNetworkAclEntry", "ReplaceNetworkAclEntry"],
    condition: (input) => {
      if (!["6", "17"].includes(input.get("Protocol") ?? "")) return undefined;
      const [from, to] = [input.get("PortRange.From"), input.get("PortRange.To")];
      const valid = Number(from) >= 0 && Number(from) <= Number(to) && Number(to) <= 65535;
      return valid ? undefined : `${String(from)}-${String(to)}`;
    },
    code: "InvalidParameterValue",
    message: (range) => `Invalid port range '${range}': TCP and UDP take ports from 0 to 65535.`,
    source: createEntry,
  },
  {
    operations: ["CreateNetworkAclEntry"],
    condition: async (input, world) => {
      const acl = await networkAcl(input, world);
      const inDirection = acl?.Entries?.filter(({ Egress }) => String(Egress) === input.get("Egress")) ?? [];
      return inDirection.length >= rulesPerNetworkAcl ? acl?.NetworkAclId : undefined;
    },
    code: "NetworkAclEntryLimitExceeded",
    message: (id) => `The maximum number of network acl entries has been reached for ${id}.`,
    source: `${quotas} (20 inbound and 20 outbound), ${errorCodes}`,
  },
  {
    operations: ["DeleteNetworkAclEntry", "ReplaceNetworkAclEntry"],
    condition: async (input, world) => {
      const acl = await networkAcl(input, world);
      const isThere = acl?.Entries?.some(
        ({ Egress, RuleNumber }) =>
          String(Egress) === input.get("Egress") && String(RuleNumber) === input.get("RuleNumber"),
      );
      return acl && !isThere ? input.get("RuleNumber") : undefined;
    },
    code: "InvalidNetworkAclEntry.NotFound",
    message: (ruleNumber) => `The specified network acl entry ${ruleNumber} does not exist`,
    source: errorCodes,
  },
  {
    operations: ["ReplaceNetworkAclAssociation"],
    condition: async (input, world) => {
      const id = input.get("AssociationId");
      return (await associated(id, world)) ? undefined : id;
    },
    code: "InvalidAssociationID.NotFound",
    message: (id) => `The association ID '${id}' does not exist`,
    source: errorCodes,
  },
  {
    operations: ["ReplaceNetworkAclAssociation"],
    condition: async (input, world) => {
      const acl = await networkAcl(input, world);
      const subnetId = await associated(input.get("AssociationId"), world);
      const { Subnets } = await world.ec2.send(
        new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: [subnetId ?? ""] }] }),
      );
      const subnet = Subnets?.[0];
      return acl && subnet && acl.VpcId !== subnet.VpcId ? subnet.SubnetId : undefined;
    },
    code: "InvalidParameterValue",
    message: (subnet, input) =>
      `networkAcl ${String(input.get("NetworkAclId"))} and subnet ${subnet} belong to different networks`,
    source:
      "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html " +
      "(an ACL belongs to one VPC)",
  },
];

async function networkAcls({ ec2 }: World): Promise<NetworkAcl[]> {
  return (await ec2.send(new DescribeNetworkAclsCommand({}))).NetworkAcls ?? [];
}

async function networkAcl(input: QueryInput, world: World): Promise<NetworkAcl | undefined> {
  return (await networkAcls(world)).find(({ NetworkAclId }) => NetworkAclId === input.get("NetworkAclId"));
}

/** The subnet of an association. */
async function associated(id: string | undefined, world: World): Promise<string | undefined> {
  const all = (await networkAcls(world)).flatMap(({ Associations = [] }) => Associations);
  return all.find(({ NetworkAclAssociationId }) => NetworkAclAssociationId === id)?.SubnetId;
}
