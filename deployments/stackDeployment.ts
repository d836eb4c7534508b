import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import { program, type PulumiStack } from "./trust";

/** Arguments of {@link StackDeployment}. */
export interface StackDeploymentArgs {
  /** The stack of the program, in Pulumi Cloud. */
  stack: PulumiStack;
  /** Repository of the program, as `owner/name`. */
  repository: string;
  /** The branch whose pushes are deployed. */
  branch: string;
  /** Which files of a push start an update. */
  paths: string[];
  /** The role that updates take. */
  updateRoleArn: pulumi.Input<string>;
  /** Variables of the deployments, on top. Secret values stay secret. @default none */
  environmentVariables?: Record<string, pulumi.Input<string>>;
  /** Commands before the update. @default none */
  preRunCommands?: string[];
  /** Whether Pulumi Deployments previews pull requests, with the update role. */
  previewPullRequests: boolean;
  /** When the stack is compared with what is really there: five fields of cron, in UTC. */
  driftSchedule: string;
  /** Where it is told that something differs. */
  notice: { format: pulumiservice.WebhookFormat; url: pulumi.Input<string> };
  /** The stack that each update starts when it has succeeded. @default none */
  starts?: string;
}

/**
 * How Pulumi Deployments runs one stack: an update for every push that concerns it, and a look each night at what is
 * really there, which changes nothing.
 */
export class StackDeployment extends pulumi.ComponentResource {
  constructor(name: string, args: StackDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:StackDeployment", name, {}, opts);
    const settings = this.settings(name, args);
    // Pulumi Cloud runs neither schedules nor deployment webhooks of a stack without settings.
    const afterSettings = { parent: this, dependsOn: [settings] };
    const { organization, stack } = args.stack;
    new pulumiservice.DriftSchedule(
      `${name}-drift`,
      { organization, project: program, stack, scheduleCron: args.driftSchedule, autoRemediate: false },
      afterSettings,
    );
    this.webhook(`${name}-drift-notice`, args, afterSettings, {
      displayName: "Somebody changed something by hand",
      format: args.notice.format,
      payloadUrl: pulumi.secret(args.notice.url),
      filters: ["drift_detected", "drift_detection_failed"],
    });
    if (args.starts !== undefined) {
      this.webhook(`${name}-starts-${args.starts}`, args, afterSettings, {
        displayName: `Update ${args.starts}`,
        format: "pulumi_deployments",
        payloadUrl: `${program}/${args.starts}`,
        filters: ["update_succeeded"],
      });
    }
    this.registerOutputs();
  }

  private settings(name: string, args: StackDeploymentArgs) {
    const { organization, stack } = args.stack;
    return new pulumiservice.DeploymentSettings(
      name,
      {
        organization,
        project: program,
        stack,
        vcs: {
          provider: "github",
          repository: args.repository,
          deployCommits: true,
          previewPullRequests: args.previewPullRequests,
          // A review stack would make runners beside a real cluster for every pull request.
          pullRequestTemplate: false,
          paths: args.paths,
        },
        sourceContext: { git: { branch: args.branch } },
        operationContext: {
          oidc: {
            aws: {
              roleARN: args.updateRoleArn,
              sessionName: "${stack.name}-${deployment.id}",
              duration: "1h",
            },
          },
          ...(args.environmentVariables && { environmentVariables: args.environmentVariables }),
          ...(args.preRunCommands && { preRunCommands: args.preRunCommands }),
          options: { skipIntermediateDeployments: true },
        },
        cacheOptions: { enable: true },
      },
      { parent: this },
    );
  }

  private webhook(
    name: string,
    { stack: { organization, stack } }: StackDeploymentArgs,
    options: pulumi.CustomResourceOptions,
    hook: Pick<pulumiservice.WebhookArgs, "displayName" | "format" | "payloadUrl" | "filters">,
  ) {
    new pulumiservice.Webhook(
      name,
      { organizationName: organization, projectName: program, stackName: stack, active: true, ...hook },
      options,
    );
  }
}
