import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import { number, string } from "../schema";
import type { Values } from "../values";
import {
  arn,
  doing,
  optionalText,
  regionProperty,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type AwsResource,
} from "./context";
import { tagSpecifications, updateEc2Tags } from "./ec2Tags";

const peers = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
const gone = ["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"];

/** Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_security_group_egress_rule.go. */
export const securityGroupEgressRule = securityGroupRule("Egress");

/** Rules: hashicorp/terraform-provider-aws:internal/service/ec2/vpc_security_group_ingress_rule.go. */
export const securityGroupIngressRule = securityGroupRule("Ingress");

function securityGroupRule(direction: "Ingress" | "Egress"): AwsResource {
  const what = `EC2 Security Group ${direction} Rule`;
  return {
    properties: {
      securityGroupId: string({ required: true, replaces: true }),
      ipProtocol: string({ required: true }),
      fromPort: number({ between: [-1, 65535] }),
      toPort: number({ between: [-1, 65535] }),
      cidrIpv4: string(),
      cidrIpv6: string(),
      prefixListId: string(),
      referencedSecurityGroupId: string(),
      description: string(),
      region: regionProperty,
      ...tagProperties,
      arn: string({ output: true }),
      securityGroupRuleId: string({ output: true }),
    },
    exactlyOneOf: [peers],
    isAnswered: true,
    isOfFramework: true,
    /** A rule cannot change what kind of peer it names. */
    replacesWhen(prior, inputs) {
      const kind = (values: Values) => peers.find((key) => values[key] !== undefined && values[key] !== "");
      return kind(prior) === kind(inputs) ? [] : peers;
    },
    async create(aws, inputs) {
      const request = {
        GroupId: text(inputs, "securityGroupId"),
        IpPermissions: [permission(inputs)],
        TagSpecifications: tagSpecifications("security-group-rule", inputs),
      };
      const { SecurityGroupRules } = await doing(`creating ${what}`, () =>
        direction === "Ingress"
          ? aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(request))
          : aws.ec2.send(new AuthorizeSecurityGroupEgressCommand(request)),
      );
      const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
      return { id, state: { arn: arn(aws, "ec2", `security-group-rule/${id}`), securityGroupRuleId: id } };
    },
    async read(aws, id, prior) {
      const found = await doing(`reading ${what} (${id})`, () =>
        unlessGone(gone, () =>
          aws.ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] })),
        ),
      );
      const live = found?.SecurityGroupRules?.[0];
      if (!live || live.IsEgress !== (direction === "Egress")) return undefined;
      return {
        securityGroupId: live.GroupId,
        ipProtocol: live.IpProtocol,
        fromPort: port(live.FromPort, prior.fromPort),
        toPort: port(live.ToPort, prior.toPort),
        cidrIpv4: live.CidrIpv4,
        cidrIpv6: live.CidrIpv6,
        prefixListId: live.PrefixListId,
        referencedSecurityGroupId: live.ReferencedGroupInfo?.GroupId,
        description: live.Description,
        region: aws.region,
        ...tagState(aws, live.Tags, prior),
        arn: live.SecurityGroupRuleArn ?? arn(aws, "ec2", `security-group-rule/${id}`),
        securityGroupRuleId: id,
      };
    },
    async update(aws, id, change) {
      const { inputs } = change;
      if (change.changes("ipProtocol", "fromPort", "toPort", "description", ...peers)) {
        await doing(`updating ${what} (${id})`, () =>
          aws.ec2.send(
            new ModifySecurityGroupRulesCommand({
              GroupId: text(inputs, "securityGroupId"),
              SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule: ruleRequest(inputs) }],
            }),
          ),
        );
      }
      await updateEc2Tags(aws, id, change);
    },
    async delete(aws, id, state) {
      const request = { GroupId: text(state, "securityGroupId"), SecurityGroupRuleIds: [id] };
      await doing(`deleting ${what} (${id})`, () =>
        unlessGone<unknown>(gone, () =>
          direction === "Ingress"
            ? aws.ec2.send(new RevokeSecurityGroupIngressCommand(request))
            : aws.ec2.send(new RevokeSecurityGroupEgressCommand(request)),
        ),
      );
    },
  };
}

/** AWS shows -1 where a rule names no port. */
function port(live: number | undefined, prior: unknown): number | undefined {
  return live === -1 && prior === undefined ? undefined : live;
}

function ruleRequest(inputs: Values) {
  return {
    IpProtocol: text(inputs, "ipProtocol"),
    FromPort: inputs.fromPort as number | undefined,
    ToPort: inputs.toPort as number | undefined,
    CidrIpv4: optionalText(inputs, "cidrIpv4"),
    CidrIpv6: optionalText(inputs, "cidrIpv6"),
    PrefixListId: optionalText(inputs, "prefixListId"),
    ReferencedGroupId: optionalText(inputs, "referencedSecurityGroupId"),
    Description: optionalText(inputs, "description"),
  };
}

function permission(inputs: Values): IpPermission {
  const rule = ruleRequest(inputs);
  const { IpProtocol, FromPort, ToPort, Description } = rule;
  return {
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: rule.CidrIpv4 ? [{ CidrIp: rule.CidrIpv4, Description }] : undefined,
    Ipv6Ranges: rule.CidrIpv6 ? [{ CidrIpv6: rule.CidrIpv6, Description }] : undefined,
    PrefixListIds: rule.PrefixListId ? [{ PrefixListId: rule.PrefixListId, Description }] : undefined,
    UserIdGroupPairs: rule.ReferencedGroupId ? [{ GroupId: rule.ReferencedGroupId, Description }] : undefined,
  };
}
