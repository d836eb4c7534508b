import { z } from "zod";

/**
 * What Pulumi Cloud's API takes, as far as a program for deployments sends it; any other field is refused.
 * Source: pulumi/pulumi-pulumiservice:provider/pkg/apitype (v1.3.0).
 */

const secretOrPlain = z.union([z.string(), z.strictObject({ secret: z.string() })]);

/** How deployments of a stack run. */
export const deploymentSettings = z.strictObject({
  sourceContext: z.strictObject({
    git: z.strictObject({ branch: z.string(), repoDir: z.string().optional() }),
  }),
  vcs: z.strictObject({
    provider: z.literal("github"),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    deployCommits: z.boolean(),
    previewPullRequests: z.boolean(),
    pullRequestTemplate: z.boolean(),
    paths: z.array(z.string().min(1)).optional(),
  }),
  operationContext: z.strictObject({
    environmentVariables: z.record(z.string(), secretOrPlain).optional(),
    preRunCommands: z.array(z.string()).optional(),
    oidc: z.strictObject({
      aws: z.strictObject({
        roleARN: z.string().regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/),
        sessionName: z.string().min(2),
        duration: z
          .string()
          .regex(/^\d+h$|^\d+m$/)
          .optional(),
      }),
    }),
    options: z.strictObject({ skipIntermediateDeployments: z.boolean().optional() }).optional(),
  }),
  cacheOptions: z.strictObject({ enable: z.boolean() }).optional(),
});
export type DeploymentSettings = z.infer<typeof deploymentSettings>;

/** When drift is looked for. */
export const driftSchedule = z.strictObject({
  scheduleCron: z.string().regex(/^\S+(?: \S+){4}$/),
  autoRemediate: z.boolean().optional(),
});
export type DriftSchedule = z.infer<typeof driftSchedule> & { id: string };

/** Events that a stack's webhook may ask for: https://www.pulumi.com/docs/deployments/concepts/webhooks/ */
const stackEvents = [
  "preview_succeeded",
  "preview_failed",
  "update_succeeded",
  "update_failed",
  "destroy_succeeded",
  "destroy_failed",
  "refresh_succeeded",
  "refresh_failed",
  "deployment_queued",
  "deployment_started",
  "deployment_succeeded",
  "deployment_failed",
  "drift_detected",
  "drift_detection_succeeded",
  "drift_detection_failed",
  "drift_remediation_succeeded",
  "drift_remediation_failed",
] as const;

/** A webhook of a stack. */
export const webhook = z.strictObject({
  organizationName: z.string(),
  projectName: z.string(),
  stackName: z.string(),
  displayName: z.string().min(1),
  payloadUrl: z.string().min(1),
  active: z.boolean(),
  format: z.enum(["raw", "slack", "ms_teams", "pulumi_deployments"]),
  filters: z.array(z.enum(stackEvents)).min(1),
});
export type Webhook = z.infer<typeof webhook> & { name: string };
