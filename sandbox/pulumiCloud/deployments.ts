import type { Cloud } from "./cloud";
import { concerns } from "./pathFilters";
import type { DeploymentSettings } from "./shapes";

/** A deployment: an operation on a stack, and why it ran. */
export interface Deployment {
  /** Name of the project and the stack: `project/stack`. */
  stack: string;
  operation: "update" | "detect-drift";
  /** `push`, or the stack whose update started it. */
  trigger: string;
  result: "succeeded" | "failed" | "skipped";
  /** Why it did not succeed. */
  message?: string;
}

/** Claims of the token that a deployment exchanges for AWS credentials. */
export interface Claims {
  aud: string;
  sub: string;
}

/** Does what a deployment does once it has started. */
export interface Executor {
  /** Takes the role with the deployment's token. @throws Error as AWS STS refuses */
  assumeRole(roleArn: string, issuer: string, claims: Claims): Promise<void>;
  /** Runs the operation. @throws Error if it fails */
  run(stack: string, operation: Deployment["operation"], settings: DeploymentSettings): Promise<void>;
}

const issuer = "api.pulumi.com/oidc";

type Queued = Pick<Deployment, "stack" | "operation" | "trigger">;

/** Plays Pulumi Deployments: one deployment a stack at a time, started by pushes and by other stacks' updates. */
export class Deployments {
  /** All that have ended or were skipped, in that order. */
  readonly history: Deployment[] = [];
  private readonly queues = new Map<string, Queued[]>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly executor: Executor,
  ) {}

  /** A push to a branch; resolves when all that it set off has ended. */
  async push(repository: string, branch: string, changedFiles: string[]): Promise<void> {
    for (const [stack, { settings }] of Object.entries(this.cloud.all())) {
      if (!settings?.vcs.deployCommits || settings.vcs.repository !== repository) continue;
      if (settings.sourceContext.git.branch !== branch) continue;
      if (concerns(settings.vcs.paths ?? [], changedFiles))
        this.enqueue({ stack, operation: "update", trigger: "push" });
    }
    await this.idle();
  }

  /** Runs what drift schedules would run now. */
  async detectDrift(): Promise<void> {
    for (const [stack, { settings, driftSchedules }] of Object.entries(this.cloud.all()))
      if (settings && driftSchedules.length > 0)
        this.enqueue({ stack, operation: "detect-drift", trigger: "schedule" });
    await this.idle();
  }

  private async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  private enqueue(queued: Queued): void {
    const queue = this.queues.get(queued.stack) ?? [];
    this.queues.set(queued.stack, [...queue, queued]);
    if (!this.running.has(queued.stack)) this.running.set(queued.stack, this.work(queued.stack));
  }

  private async work(stack: string): Promise<void> {
    // Pushes of one moment are queued together before the first begins.
    await Promise.resolve();
    for (let next = this.take(stack); next; next = this.take(stack)) await this.deploy(next);
    this.running.delete(stack);
  }

  /**
   * The next of a stack's queue. With `skipIntermediateDeployments` all of its kind but the last are skipped:
   * https://www.pulumi.com/docs/deployments/concepts/settings/skip-intermediate-deployments/
   */
  private take(stack: string): Queued | undefined {
    const [first, ...rest] = this.queues.get(stack) ?? [];
    if (!first) return undefined;
    const skips = this.cloud.all()[stack]?.settings?.operationContext.options?.skipIntermediateDeployments;
    const same = rest.filter(({ operation }) => operation === first.operation);
    const last = same.at(-1);
    if (!skips || !last) {
      this.queues.set(stack, rest);
      return first;
    }
    for (const queued of [first, ...same.slice(0, -1)]) this.history.push({ ...queued, result: "skipped" });
    this.queues.set(
      stack,
      rest.filter(({ operation }) => operation !== first.operation),
    );
    return last;
  }

  private async deploy(queued: Queued): Promise<void> {
    const known = this.cloud.all()[queued.stack];
    try {
      if (!known?.settings) throw new Error(`${queued.stack} has no deployment settings`);
      await this.executor.assumeRole(
        known.settings.operationContext.oidc.aws.roleARN,
        issuer,
        this.claims(queued),
      );
      await this.executor.run(queued.stack, queued.operation, known.settings);
      this.history.push({ ...queued, result: "succeeded" });
    } catch (error) {
      this.history.push({ ...queued, result: "failed", message: (error as Error).message });
      return;
    }
    if (queued.operation !== "update") return;
    for (const { active, format, filters, payloadUrl } of known.webhooks)
      if (active && format === "pulumi_deployments" && filters.includes("update_succeeded"))
        this.enqueue({ stack: payloadUrl, operation: "update", trigger: queued.stack });
  }

  /** https://www.pulumi.com/docs/deployments/guides/oidc/ */
  private claims({ stack, operation }: Queued): Claims {
    const [project = "", name = ""] = stack.split("/");
    const { organization } = this.cloud;
    const sub = `pulumi:deploy:org:${organization}:project:${project}:stack:${name}:operation:${operation}:scope:write`;
    return { aud: organization, sub };
  }
}
