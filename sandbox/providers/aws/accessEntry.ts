import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccessEntryCommand,
} from "@aws-sdk/client-eks";
import { retrying, type RetryRule } from "../retry";
import { set, string } from "../schema";
import {
  doing,
  optionalText,
  regionProperty,
  tagChange,
  tagProperties,
  tagStateOf,
  text,
  unlessGone,
  type AwsResource,
  type Tags,
} from "./context";

/** EKS does not know a role yet that was just made. */
const principalNotThereYet: RetryRule = {
  codes: ["InvalidParameterException"],
  message: "The specified principalArn is invalid: invalid principal",
  timeoutSeconds: 2 * 60,
  source: "hashicorp/terraform-provider-aws:internal/service/eks/access_entry.go",
};

/** Rules: hashicorp/terraform-provider-aws:internal/service/eks/access_entry.go. */
export const accessEntry: AwsResource = {
  properties: {
    clusterName: string({ required: true, replaces: true }),
    principalArn: string({ required: true, replaces: true }),
    kubernetesGroups: set(string(), { computed: true }),
    type: string({
      default: "STANDARD",
      replaces: true,
      oneOf: [
        "STANDARD",
        "FARGATE_LINUX",
        "EC2_LINUX",
        "EC2_WINDOWS",
        "EC2",
        "HYBRID_LINUX",
        "HYPERPOD_LINUX",
      ],
    }),
    userName: string({ computed: true }),
    region: regionProperty,
    ...tagProperties,
    accessEntryArn: string({ output: true }),
    createdAt: string({ output: true }),
    modifiedAt: string({ output: true }),
  },
  async create(aws, inputs) {
    const clusterName = text(inputs, "clusterName");
    const principalArn = text(inputs, "principalArn");
    const id = `${clusterName}:${principalArn}`;
    const request = new CreateAccessEntryCommand({
      clusterName,
      principalArn,
      kubernetesGroups: inputs.kubernetesGroups as string[] | undefined,
      type: text(inputs, "type"),
      username: optionalText(inputs, "userName"),
      tags: inputs.tagsAll as Tags | undefined,
    });
    await doing(`creating EKS Access Entry (${id})`, () =>
      retrying(principalNotThereYet, () => aws.eks.send(request)),
    );
    return { id };
  },
  async read(aws, id, prior) {
    const found = await doing(`reading EKS Access Entry (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () =>
        aws.eks.send(new DescribeAccessEntryCommand(parse(id))),
      ),
    );
    const live = found?.accessEntry;
    if (!live) return undefined;
    return {
      clusterName: live.clusterName,
      principalArn: live.principalArn,
      kubernetesGroups: live.kubernetesGroups ?? [],
      type: live.type,
      userName: live.username,
      region: aws.region,
      ...tagStateOf(aws, live.tags, prior),
      accessEntryArn: live.accessEntryArn,
      createdAt: live.createdAt?.toISOString(),
      modifiedAt: live.modifiedAt?.toISOString(),
    };
  },
  async update(aws, id, { prior, inputs, changes }) {
    await doing(`updating EKS Access Entry (${id})`, async () => {
      if (changes("kubernetesGroups", "userName")) {
        await aws.eks.send(
          new UpdateAccessEntryCommand({
            ...parse(id),
            kubernetesGroups: (inputs.kubernetesGroups ?? prior.kubernetesGroups) as string[] | undefined,
            username: optionalText(inputs, "userName") ?? optionalText(prior, "userName"),
          }),
        );
      }
      const resourceArn = text(prior, "accessEntryArn");
      const { put, remove } = tagChange(prior, inputs);
      if (remove.length > 0) await aws.eks.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
      if (Object.keys(put).length > 0) await aws.eks.send(new TagResourceCommand({ resourceArn, tags: put }));
    });
  },
  async delete(aws, id) {
    await doing(`deleting EKS Access Entry (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () => aws.eks.send(new DeleteAccessEntryCommand(parse(id)))),
    );
  },
};

/** The principal's ARN has colons of its own: only the first one separates. */
function parse(id: string): { clusterName: string; principalArn: string } {
  const [clusterName, ...rest] = id.split(":");
  const principalArn = rest.join(":");
  if (!clusterName || !principalArn) {
    throw new Error(`unexpected format for ID (${id}), expected cluster-name:principal-arn`);
  }
  return { clusterName, principalArn };
}
