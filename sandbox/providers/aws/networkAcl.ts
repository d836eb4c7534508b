import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclAssociationCommand,
  type NetworkAcl,
  type NetworkAclEntry,
} from "@aws-sdk/client-ec2";
import { retrying, type RetryRule } from "../retry";
import { number, object, set, string } from "../schema";
import type { Values } from "../values";
import {
  arn,
  doing,
  regionProperty,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

const source = "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_network_acl.go";
const associationSource =
  "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_network_acl_association.go";

/** A subnet that was just moved still counts. */
const stillInUse: RetryRule = { codes: ["DependencyViolation"], timeoutSeconds: 2 * 60, source };
/** The association that was found is another's by now. */
const associationNotThereYet: RetryRule = {
  codes: ["InvalidAssociationID.NotFound"],
  timeoutSeconds: 2 * 60,
  source: associationSource,
};

const rule = object({
  ruleNo: number({ required: true, between: [1, 32766] }),
  action: string({ required: true, oneOf: ["allow", "deny"] }),
  protocol: string({ required: true }),
  cidrBlock: string(),
  fromPort: number({ required: true, between: [0, 65535] }),
  toPort: number({ required: true, between: [0, 65535] }),
});

/** A rule as the program has it. */
interface Rule {
  ruleNo: number;
  action: "allow" | "deny";
  protocol: string;
  cidrBlock?: string;
  fromPort: number;
  toPort: number;
}

/** With its rules and subnets inside. Rules: see `source`. */
export const networkAcl: AwsResource = {
  properties: {
    vpcId: string({ required: true, replaces: true }),
    subnetIds: set(string(), { computed: true }),
    egress: set(rule, { computed: true }),
    ingress: set(rule, { computed: true }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    ownerId: string({ output: true }),
  },
  // Kinder than the real provider in one thing: that waits only when all is made, not before it adds the rules.
  appears: { timeoutSeconds: 5 * 60, source },
  async create(aws, inputs) {
    const { NetworkAcl } = await doing("creating EC2 Network ACL", () =>
      aws.ec2.send(
        new CreateNetworkAclCommand({
          VpcId: text(inputs, "vpcId"),
          TagSpecifications: tagSpecifications("network-acl", inputs),
        }),
      ),
    );
    return { id: NetworkAcl?.NetworkAclId ?? "" };
  },
  /** Subnets last, so that no subnet ever has an ACL that is not complete. */
  async afterCreate(aws, id, inputs) {
    await doing("creating EC2 Network ACL", async () => {
      for (const direction of directions) await createEntries(aws, id, direction, rules(inputs, direction));
      for (const subnetId of subnetIds(inputs)) await associate(aws, id, subnetId);
    });
  },
  async read(aws, id, prior) {
    const live = await findNetworkAcl(aws, id);
    if (!live) return undefined;
    return {
      vpcId: live.VpcId,
      subnetIds: (live.Associations ?? []).map(({ SubnetId }) => SubnetId),
      egress: ownRules(live, true),
      ingress: ownRules(live, false),
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: arn(aws, "ec2", `network-acl/${id}`),
      ownerId: live.OwnerId,
    };
  },
  async update(aws, id, change) {
    await updateEc2Tags(aws, id, change);
    await doing(`updating EC2 Network ACL (${id})`, async () => {
      // The real provider takes away all that differs before it adds, inbound first.
      for (const direction of [...directions].reverse()) {
        const [before, after] = [rules(change.prior, direction), rules(change.inputs, direction)];
        await deleteEntries(aws, id, direction, without(before, after));
        await createEntries(aws, id, direction, without(after, before));
      }
      const [before, after] = [subnetIds(change.prior), subnetIds(change.inputs)];
      await giveToDefault(aws, text(change.inputs, "vpcId"), difference(before, after));
      for (const subnetId of difference(after, before)) await associate(aws, id, subnetId);
    });
  },
  async delete(aws, id, state) {
    const live = await findNetworkAcl(aws, id);
    if (!live) return;
    await doing(`deleting EC2 Network ACL (${id})`, async () => {
      const subnets = (live.Associations ?? []).map(({ SubnetId }) => SubnetId ?? "");
      await giveToDefault(aws, text(state, "vpcId"), subnets);
      await unlessGone(["InvalidNetworkAclID.NotFound"], () =>
        retrying(stillInUse, () => aws.ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: id }))),
      );
    });
  },
};

const directions = ["egress", "ingress"] as const;
type Direction = (typeof directions)[number];

const rules = (values: Values, direction: Direction) => (values[direction] ?? []) as Rule[];
const subnetIds = (values: Values) => (values.subnetIds ?? []) as string[];
const difference = (these: string[], those: string[]) => these.filter((one) => !those.includes(one));

function without(these: Rule[], those: Rule[]): Rule[] {
  const names = those.map(nameOf);
  return these.filter((one) => !names.includes(nameOf(one)));
}

/** All that tells one rule from another, as the real provider's hash. */
function nameOf({ ruleNo, action, protocol, cidrBlock = "", fromPort, toPort }: Rule): string {
  return [ruleNo, action, protocolNumber(protocol), cidrBlock, fromPort, toPort].join(" ");
}

/** As the state has it, whatever the program wrote. */
function protocolNumber(protocol: string): string {
  const numbers: Record<string, string> = { all: "-1", icmp: "1", tcp: "6", udp: "17" };
  const found = numbers[protocol] ?? protocol;
  if (!/^(-1|\d{1,3})$/.test(found)) throw new Error(`unsupported NACL protocol: ${protocol}`);
  return found;
}

async function createEntries(aws: Aws, id: string, direction: Direction, wanted: Rule[]): Promise<void> {
  for (const { ruleNo, action, protocol, cidrBlock, fromPort, toPort } of wanted) {
    if (protocolNumber(protocol) === "-1" && (fromPort !== 0 || toPort !== 0))
      throw new Error(
        `to_port (${String(toPort)}) and from_port (${String(fromPort)}) must both be 0 to use the 'all' "-1" protocol!`,
      );
    await doing(`creating EC2 Network ACL (${id}) Entry`, () =>
      aws.ec2.send(
        new CreateNetworkAclEntryCommand({
          NetworkAclId: id,
          Egress: direction === "egress",
          RuleNumber: ruleNo,
          RuleAction: action,
          Protocol: protocolNumber(protocol),
          CidrBlock: cidrBlock,
          PortRange: { From: fromPort, To: toPort },
        }),
      ),
    );
  }
}

async function deleteEntries(aws: Aws, id: string, direction: Direction, unwanted: Rule[]): Promise<void> {
  for (const { ruleNo } of unwanted)
    await doing(`deleting EC2 Network ACL (${id}) Entry`, () =>
      aws.ec2.send(
        new DeleteNetworkAclEntryCommand({
          NetworkAclId: id,
          Egress: direction === "egress",
          RuleNumber: ruleNo,
        }),
      ),
    );
}

/** A subnet always has an ACL: it is moved from the one that it has. */
async function associate(aws: Aws, id: string, subnetId: string): Promise<void> {
  const AssociationId = await associationOf(aws, subnetId);
  if (AssociationId === undefined)
    throw new Error(
      `reading EC2 Network ACL Association for EC2 Subnet (${subnetId}): couldn't find resource`,
    );
  await doing(`creating EC2 Network ACL (${id}) Association`, () =>
    retrying(associationNotThereYet, () =>
      aws.ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId: id })),
    ),
  );
}

/** Gives subnets back to the VPC's own ACL; one that is gone needs none. */
async function giveToDefault(aws: Aws, vpcId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const { NetworkAcls } = await aws.ec2.send(
    new DescribeNetworkAclsCommand({
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "default", Values: ["true"] },
      ],
    }),
  );
  const NetworkAclId = NetworkAcls?.[0]?.NetworkAclId;
  for (const subnetId of ids) {
    const AssociationId = await associationOf(aws, subnetId);
    if (AssociationId === undefined) continue;
    await doing(`deleting EC2 Network ACL Association (${AssociationId})`, () =>
      unlessGone(["InvalidAssociationID.NotFound"], () =>
        aws.ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId })),
      ),
    );
  }
}

async function associationOf(aws: Aws, subnetId: string): Promise<string | undefined> {
  const { NetworkAcls = [] } = await aws.ec2.send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: "association.subnet-id", Values: [subnetId] }] }),
  );
  return NetworkAcls.flatMap(({ Associations = [] }) => Associations).find(
    ({ SubnetId }) => SubnetId === subnetId,
  )?.NetworkAclAssociationId;
}

async function findNetworkAcl(aws: Aws, id: string): Promise<NetworkAcl | undefined> {
  const found = await doing(`reading EC2 Network ACL (${id})`, () =>
    unlessGone(["InvalidNetworkAclID.NotFound"], () =>
      aws.ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] })),
    ),
  );
  return found?.NetworkAcls?.[0];
}

/** Those that EC2 itself adds, which deny the rest, can be neither made nor deleted. */
const defaultRuleNumbers = [32767, 32768];

function ownRules({ Entries = [] }: NetworkAcl, egress: boolean): Values[] {
  return Entries.filter(
    ({ Egress, RuleNumber }) => Egress === egress && !defaultRuleNumbers.includes(RuleNumber ?? 0),
  ).map(ruleState);
}

function ruleState({ RuleNumber, RuleAction, Protocol, CidrBlock, PortRange }: NetworkAclEntry): Values {
  return {
    ruleNo: RuleNumber,
    action: RuleAction,
    protocol: Protocol,
    cidrBlock: CidrBlock,
    fromPort: PortRange?.From ?? 0,
    toPort: PortRange?.To ?? 0,
  };
}
