import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { hasCode, retrying, type RetryRule } from "../retry";
import { boolean, string } from "../schema";
import {
  arn,
  doing,
  optionalText,
  regionProperty,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

/** Network interfaces of what just ended, or another group's rule, still name the group. */
const stillInUse: RetryRule = {
  codes: ["DependencyViolation", "InvalidGroup.InUse"],
  timeoutSeconds: 15 * 60,
  source: "hashicorp/terraform-provider-aws:internal/service/ec2/vpc_security_group.go",
};

const gone = ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidGroupId.Malformed"];

/**
 * Without rules of its own: those are `aws.vpc.SecurityGroup*Rule`s.
 * Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_security_group.go.
 */
export const securityGroup: AwsResource = {
  properties: {
    name: string({ replaces: true }),
    description: string({ replaces: true, default: "Managed by Pulumi" }),
    vpcId: string({ computed: true, replaces: true }),
    revokeRulesOnDelete: boolean({ default: false }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
    ownerId: string({ output: true }),
  },
  autoname: { property: "name", maxLength: 255 },
  appears: {
    timeoutSeconds: 10 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/ec2/wait.go",
  },
  async create(aws, inputs) {
    const GroupName = text(inputs, "name");
    const { GroupId } = await doing(`creating Security Group (${GroupName})`, () =>
      aws.ec2.send(
        new CreateSecurityGroupCommand({
          GroupName,
          Description: text(inputs, "description"),
          VpcId: optionalText(inputs, "vpcId"),
          TagSpecifications: tagSpecifications("security-group", inputs),
        }),
      ),
    );
    return { id: GroupId ?? "" };
  },
  /** AWS lets a new group send everything anywhere; the real provider takes that away. */
  async afterCreate(aws, id) {
    await doing(`revoking default IPv4 egress rule for Security Group (${id})`, () =>
      revokeEgress(aws, id, { IpRanges: [{ CidrIp: "0.0.0.0/0" }] }),
    );
    try {
      await revokeEgress(aws, id, { Ipv6Ranges: [{ CidrIpv6: "::/0" }] });
    } catch (error) {
      // A VPC without IPv6 has no such rule.
      if (!hasCode(error, "InvalidPermission.NotFound", "InvalidParameterValue")) throw error;
    }
  },
  async read(aws, id, prior) {
    const live = await findSecurityGroup(aws, id);
    if (!live) return undefined;
    return {
      name: live.GroupName,
      description: live.Description,
      vpcId: live.VpcId,
      revokeRulesOnDelete: prior.revokeRulesOnDelete ?? false,
      region: aws.region,
      ...tagState(aws, live.Tags, prior),
      arn: live.SecurityGroupArn ?? arn(aws, "ec2", `security-group/${id}`),
      ownerId: live.OwnerId,
    };
  },
  update: updateEc2Tags,
  async delete(aws, id, state) {
    if (state.revokeRulesOnDelete === true) await revokeRulesThatName(aws, id);
    await doing(`deleting Security Group (${id})`, () =>
      unlessGone(gone, () =>
        retrying(stillInUse, () => aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }))),
      ),
    );
  },
};

/** The security group of an id, or undefined where it is gone. */
export async function findSecurityGroup(aws: Aws, id: string): Promise<SecurityGroup | undefined> {
  const found = await doing(`reading Security Group (${id})`, () =>
    unlessGone(gone, () => aws.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))),
  );
  return found?.SecurityGroups?.[0];
}

async function revokeEgress(aws: Aws, id: string, range: Pick<IpPermission, "IpRanges" | "Ipv6Ranges">) {
  await aws.ec2.send(
    new RevokeSecurityGroupEgressCommand({
      GroupId: id,
      IpPermissions: [{ IpProtocol: "-1", FromPort: 0, ToPort: 0, ...range }],
    }),
  );
}

/** Revokes the group's own rules and those of other groups that name it. */
async function revokeRulesThatName(aws: Aws, id: string): Promise<void> {
  const { SecurityGroupRules } = await aws.ec2.send(new DescribeSecurityGroupRulesCommand({}));
  for (const rule of SecurityGroupRules ?? []) {
    if (rule.GroupId !== id && rule.ReferencedGroupInfo?.GroupId !== id) continue;
    const request = { GroupId: rule.GroupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId ?? ""] };
    await unlessGone(["InvalidSecurityGroupRuleId.NotFound", ...gone], () =>
      rule.IsEgress
        ? aws.ec2.send(new RevokeSecurityGroupEgressCommand(request))
        : aws.ec2.send(new RevokeSecurityGroupIngressCommand(request)),
    );
  }
}
