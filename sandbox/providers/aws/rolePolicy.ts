import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { json, string } from "../schema";
import type { Values } from "../values";
import { doing, text, unlessGone, type Aws, type AwsResource } from "./context";

/** Rules: hashicorp/terraform-provider-aws:internal/service/iam/role_policy.go. */
export const rolePolicy: AwsResource = {
  properties: {
    role: string({ required: true, replaces: true }),
    name: string({ replaces: true }),
    policy: json({ required: true }),
  },
  autoname: { property: "name", maxLength: 128 },
  appears: {
    timeoutSeconds: 2 * 60,
    source: "hashicorp/terraform-provider-aws:internal/service/iam/role_policy.go",
  },
  async create(aws, inputs) {
    await put(aws, inputs);
    return { id: `${text(inputs, "role")}:${text(inputs, "name")}` };
  },
  async read(aws, id) {
    const [RoleName, PolicyName] = parse(id);
    const found = await doing(`reading IAM Role Policy (${id})`, () =>
      unlessGone(["NoSuchEntity", "NoSuchEntityException"], () =>
        aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
      ),
    );
    return (
      found && { role: RoleName, name: PolicyName, policy: decodeURIComponent(found.PolicyDocument ?? "") }
    );
  },
  async update(aws, _id, { inputs }) {
    await put(aws, inputs);
  },
  async delete(aws, id) {
    const [RoleName, PolicyName] = parse(id);
    await doing(`deleting IAM Role Policy (${id})`, () =>
      unlessGone(["NoSuchEntity", "NoSuchEntityException"], () =>
        aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      ),
    );
  },
};

async function put(aws: Aws, inputs: Values): Promise<void> {
  const RoleName = text(inputs, "role");
  const PolicyName = text(inputs, "name");
  await doing(`putting IAM Role (${RoleName}) Policy (${PolicyName})`, () =>
    aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: text(inputs, "policy") })),
  );
}

function parse(id: string): [role: string, policy: string] {
  const [role, policy] = id.split(":");
  if (!role || !policy)
    throw new Error(`unexpected format of ID (${id}), expected role-name:role-policy-name`);
  return [role, policy];
}
