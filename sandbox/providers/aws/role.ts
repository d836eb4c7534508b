import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam";
import { retrying, type RetryRule } from "../retry";
import { boolean, json, number, string, type Change } from "../schema";
import {
  doing,
  optionalText,
  tagChange,
  tagList,
  tagProperties,
  tagState,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
} from "./context";

const source = "hashicorp/terraform-provider-aws:internal/service/iam/role.go";
const propagationSeconds = 2 * 60;

/** IAM does not know a principal yet that was just made. */
const principalNotThereYet: RetryRule = {
  codes: ["MalformedPolicyDocument"],
  message: "Invalid principal in policy",
  timeoutSeconds: propagationSeconds,
  source,
};
const policiesStillThere: RetryRule = {
  codes: ["DeleteConflict"],
  timeoutSeconds: propagationSeconds,
  source,
};
const gone = ["NoSuchEntity", "NoSuchEntityException"];

/** Without inline or managed policies of its own: those are resources. Rules: see `source`. */
export const role: AwsResource = {
  properties: {
    name: string({ replaces: true }),
    assumeRolePolicy: json({ required: true }),
    description: string(),
    path: string({ default: "/", replaces: true }),
    maxSessionDuration: number({ default: 3600, between: [3600, 43200] }),
    permissionsBoundary: string(),
    forceDetachPolicies: boolean({ default: false }),
    ...tagProperties,
    arn: string({ output: true }),
    createDate: string({ output: true }),
    uniqueId: string({ output: true }),
  },
  autoname: { property: "name", maxLength: 64 },
  appears: { timeoutSeconds: propagationSeconds, source },
  async create(aws, inputs) {
    const RoleName = text(inputs, "name");
    const request = new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: text(inputs, "assumeRolePolicy"),
      Description: optionalText(inputs, "description"),
      Path: text(inputs, "path"),
      MaxSessionDuration: inputs.maxSessionDuration as number,
      PermissionsBoundary: optionalText(inputs, "permissionsBoundary"),
      Tags: tagList(inputs.tagsAll),
    });
    await doing(`creating IAM Role (${RoleName})`, () =>
      retrying(principalNotThereYet, () => aws.iam.send(request)),
    );
    return { id: RoleName };
  },
  async read(aws, id, prior) {
    const found = await doing(`reading IAM Role (${id})`, () =>
      unlessGone(gone, () => aws.iam.send(new GetRoleCommand({ RoleName: id }))),
    );
    const live = found?.Role;
    if (!live) return undefined;
    return {
      name: live.RoleName,
      assumeRolePolicy: decodeURIComponent(live.AssumeRolePolicyDocument ?? ""),
      description: live.Description,
      path: live.Path,
      maxSessionDuration: live.MaxSessionDuration,
      permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn,
      forceDetachPolicies: prior.forceDetachPolicies ?? false,
      ...tagState(aws, live.Tags, prior),
      arn: live.Arn,
      createDate: live.CreateDate?.toISOString(),
      uniqueId: live.RoleId,
    };
  },
  update: updateRole,
  async delete(aws, id, state) {
    if (state.forceDetachPolicies === true) await dropPolicies(aws, id);
    await doing(`deleting IAM Role (${id})`, () =>
      unlessGone(gone, () =>
        retrying(policiesStillThere, () => aws.iam.send(new DeleteRoleCommand({ RoleName: id }))),
      ),
    );
  },
};

async function updateRole(aws: Aws, RoleName: string, change: Change): Promise<void> {
  const { prior, inputs } = change;
  await doing(`updating IAM Role (${RoleName})`, async () => {
    if (change.changes("assumeRolePolicy")) {
      const PolicyDocument = text(inputs, "assumeRolePolicy");
      await retrying(principalNotThereYet, () =>
        aws.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
      );
    }
    if (change.changes("description")) {
      const Description = optionalText(inputs, "description") ?? "";
      await aws.iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description }));
    }
    if (change.changes("maxSessionDuration")) {
      const MaxSessionDuration = inputs.maxSessionDuration as number;
      await aws.iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration }));
    }
    if (change.changes("permissionsBoundary")) await updateBoundary(aws, RoleName, change);
    const { put, remove } = tagChange(prior, inputs);
    if (remove.length > 0) await aws.iam.send(new UntagRoleCommand({ RoleName, TagKeys: remove }));
    if (Object.keys(put).length > 0) await aws.iam.send(new TagRoleCommand({ RoleName, Tags: tagList(put) }));
  });
}

async function updateBoundary(aws: Aws, RoleName: string, { inputs }: Change): Promise<void> {
  const PermissionsBoundary = optionalText(inputs, "permissionsBoundary");
  if (PermissionsBoundary) {
    await aws.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  } else {
    await aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  }
}

async function dropPolicies(aws: Aws, RoleName: string): Promise<void> {
  const attached = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of attached.AttachedPolicies ?? []) {
    await aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  }
  const inline = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of inline.PolicyNames ?? []) {
    await aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
}
