import {
  CreateWebhookCommand,
  DeleteWebhookCommand,
  UpdateWebhookCommand,
  type WebhookFilter,
} from "@aws-sdk/client-codebuild";
import { boolean, list, object, set, string } from "../schema";
import type { Values } from "../values";
import { doing, optionalText, regionProperty, text, unlessGone, type AwsResource } from "./context";
import { findProject } from "./project";

/** Nothing is retried. Rules: hashicorp/terraform-provider-aws:internal/service/codebuild/webhook.go. */
export const webhook: AwsResource = {
  properties: {
    projectName: string({ required: true, replaces: true }),
    buildType: string({ oneOf: ["BUILD", "BUILD_BATCH", "RUNNER_BUILDKITE_BUILD"] }),
    branchFilter: string(),
    filterGroups: set(
      object({
        filters: list(
          object({
            type: string({
              required: true,
              oneOf: [
                "EVENT",
                "BASE_REF",
                "HEAD_REF",
                "ACTOR_ACCOUNT_ID",
                "FILE_PATH",
                "COMMIT_MESSAGE",
                "WORKFLOW_NAME",
                "TAG_NAME",
                "RELEASE_NAME",
                "REPOSITORY_NAME",
                "ORGANIZATION_NAME",
              ],
            }),
            pattern: string({ required: true }),
            excludeMatchedPattern: boolean({ default: false }),
          }),
        ),
      }),
    ),
    pullRequestBuildPolicy: object(
      {
        requiresCommentApproval: string({ required: true }),
        approverRoles: set(string(), { computed: true }),
      },
      { computed: true },
    ),
    region: regionProperty,
    payloadUrl: string({ output: true }),
    secret: string({ output: true, secret: true }),
    url: string({ output: true }),
  },
  conflicts: [["branchFilter", "filterGroups"]],
  async create(aws, inputs) {
    const projectName = text(inputs, "projectName");
    const { webhook } = await doing(`creating CodeBuild Webhook (${projectName})`, () =>
      aws.codebuild.send(new CreateWebhookCommand(request(inputs))),
    );
    // The secret is shown this once.
    return { id: projectName, state: { secret: webhook?.secret } };
  },
  async read(aws, id, prior) {
    const found = await findProject(aws, id);
    const live = found?.webhook;
    if (!live) return undefined;
    return {
      projectName: found.name,
      buildType: live.buildType,
      branchFilter: live.branchFilter,
      filterGroups: live.filterGroups?.map((filters) => ({ filters })),
      pullRequestBuildPolicy: live.pullRequestBuildPolicy,
      region: aws.region,
      payloadUrl: live.payloadUrl,
      secret: prior.secret,
      url: live.url,
    };
  },
  async update(aws, id, { inputs }) {
    await doing(`updating CodeBuild Webhook (${id})`, () =>
      aws.codebuild.send(new UpdateWebhookCommand({ ...request(inputs), rotateSecret: false })),
    );
  },
  async delete(aws, id) {
    await doing(`deleting CodeBuild Webhook (${id})`, () =>
      unlessGone(["ResourceNotFoundException"], () =>
        aws.codebuild.send(new DeleteWebhookCommand({ projectName: id })),
      ),
    );
  },
};

function request(inputs: Values) {
  const groups = inputs.filterGroups as { filters?: WebhookFilter[] }[] | undefined;
  return {
    projectName: text(inputs, "projectName"),
    buildType: optionalText(inputs, "buildType") as "BUILD" | undefined,
    branchFilter: optionalText(inputs, "branchFilter"),
    filterGroups: groups?.map(({ filters }) => filters ?? []),
    pullRequestBuildPolicy: inputs.pullRequestBuildPolicy as
      { requiresCommentApproval: "DISABLED" } | undefined,
  };
}
