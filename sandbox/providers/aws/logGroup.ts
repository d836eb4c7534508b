import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type LogGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import { retrying, type RetryRule } from "../retry";
import { boolean, number, string } from "../schema";
import type { Values } from "../values";
import {
  doing,
  regionProperty,
  tagChange,
  tagProperties,
  tagStateOf,
  text,
  unlessGone,
  type Aws,
  type AwsResource,
  type Tags,
} from "./context";

const source = "hashicorp/terraform-provider-aws:internal/service/logs/group.go";

const permissionNotThereYet: RetryRule = {
  codes: ["AccessDeniedException"],
  message: "no identity-based policy allows the logs:PutRetentionPolicy action",
  timeoutSeconds: 2 * 60,
  source,
};
const anotherOperation: RetryRule = {
  codes: ["OperationAbortedException"],
  message: "try again",
  timeoutSeconds: 60,
  source,
};

/** Rules: see `source`. */
export const logGroup: AwsResource = {
  properties: {
    name: string({ replaces: true }),
    retentionInDays: number({ default: 0 }),
    skipDestroy: boolean({ default: false }),
    region: regionProperty,
    ...tagProperties,
    arn: string({ output: true }),
  },
  autoname: { property: "name", maxLength: 512 },
  async create(aws, inputs) {
    const logGroupName = text(inputs, "name");
    const tags = inputs.tagsAll as Tags | undefined;
    await doing(`creating CloudWatch Logs Log Group (${logGroupName})`, () =>
      aws.logs.send(
        new CreateLogGroupCommand({
          logGroupName,
          tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
        }),
      ),
    );
    return { id: logGroupName };
  },
  async afterCreate(aws, id, inputs) {
    if (inputs.retentionInDays) await setRetention(aws, id, inputs);
  },
  async read(aws, id, prior) {
    const live = await findLogGroup(aws, id);
    if (!live) return undefined;
    const arn = live.arn?.replace(/:\*$/, "");
    const { tags } = await aws.logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    return {
      name: live.logGroupName,
      retentionInDays: live.retentionInDays ?? 0,
      skipDestroy: prior.skipDestroy ?? false,
      region: aws.region,
      ...tagStateOf(aws, tags, prior),
      arn,
    };
  },
  async update(aws, id, { prior, inputs, changes }) {
    if (changes("retentionInDays")) await setRetention(aws, id, inputs);
    const { put, remove } = tagChange(prior, inputs);
    const resourceArn = text(prior, "arn");
    if (remove.length > 0) await aws.logs.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
    if (Object.keys(put).length > 0) await aws.logs.send(new TagResourceCommand({ resourceArn, tags: put }));
  },
  async delete(aws, id, state) {
    if (state.skipDestroy === true) return;
    await doing(`deleting CloudWatch Logs Log Group (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () =>
        retrying(anotherOperation, () => aws.logs.send(new DeleteLogGroupCommand({ logGroupName: id }))),
      ),
    );
  },
};

async function findLogGroup(aws: Aws, name: string): Promise<LogGroup | undefined> {
  const { logGroups } = await doing(`reading CloudWatch Logs Log Group (${name})`, () =>
    aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name })),
  );
  return logGroups?.find(({ logGroupName }) => logGroupName === name);
}

async function setRetention(aws: Aws, logGroupName: string, inputs: Values): Promise<void> {
  const retentionInDays = inputs.retentionInDays as number | undefined;
  await doing(`setting CloudWatch Logs Log Group (${logGroupName}) retention policy`, () =>
    retentionInDays
      ? retrying<unknown>(permissionNotThereYet, () =>
          aws.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays })),
        )
      : aws.logs.send(new DeleteRetentionPolicyCommand({ logGroupName })),
  );
}
