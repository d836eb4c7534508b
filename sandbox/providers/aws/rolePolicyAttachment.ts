import {
  AttachRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { string } from "../schema";
import { doing, text, unlessGone, type AwsResource } from "./context";

const source = "hashicorp/terraform-provider-aws:internal/service/iam/role_policy_attachment.go";
const gone = ["NoSuchEntity", "NoSuchEntityException"];

/** A managed policy on a role. Rules: see `source`. */
export const rolePolicyAttachment: AwsResource = {
  properties: {
    role: string({ required: true, replaces: true }),
    policyArn: string({ required: true, replaces: true }),
  },
  appears: { timeoutSeconds: 2 * 60, source },
  async create(aws, inputs) {
    const [RoleName, PolicyArn] = [text(inputs, "role"), text(inputs, "policyArn")];
    await doing(`attaching IAM Policy (${PolicyArn}) to IAM Role (${RoleName})`, () =>
      aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
    );
    return { id: `${RoleName}/${PolicyArn}` };
  },
  async read(aws, id) {
    const { RoleName, PolicyArn } = parse(id);
    const found = await doing(`reading IAM Role Policy Attachment (${id})`, () =>
      unlessGone(gone, () => aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))),
    );
    const isThere = found?.AttachedPolicies?.some((policy) => policy.PolicyArn === PolicyArn);
    return isThere ? { role: RoleName, policyArn: PolicyArn } : undefined;
  },
  async delete(aws, id) {
    await doing(`detaching IAM Policy of IAM Role Policy Attachment (${id})`, () =>
      unlessGone(gone, () => aws.iam.send(new DetachRolePolicyCommand(parse(id)))),
    );
  },
};

/** A policy's ARN has slashes of its own: only the first one separates. */
function parse(id: string): { RoleName: string; PolicyArn: string } {
  const slash = id.indexOf("/");
  if (slash < 1) throw new Error(`unexpected format of ID (${id}), expected role-name/policy-arn`);
  return { RoleName: id.slice(0, slash), PolicyArn: id.slice(slash + 1) };
}
