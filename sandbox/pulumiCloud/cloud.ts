import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Store } from "../aws/store";
import type { DeploymentSettings, DriftSchedule, Webhook } from "./shapes";

/** What Pulumi Cloud knows of a stack, beside its state. */
export interface CloudStack {
  settings?: DeploymentSettings;
  driftSchedules: DriftSchedule[];
  webhooks: Webhook[];
}

/** A request that Pulumi Cloud refuses. */
export class CloudRefusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 501,
    message: string,
  ) {
    super(message);
  }
}

/** A stack's state as a backend's folder has it (pulumi/pulumi:sdk/go/common/apitype/core.go). */
export interface Checkpoint {
  version: number;
  features?: string[];
  checkpoint: { latest?: { secrets_providers?: { state?: { salt?: string } } } };
}

/** What Pulumi Cloud keeps of the deployments of an organisation's stacks. */
export class Cloud {
  private readonly store: Store<Record<string, CloudStack>>;

  /**
   * @param organization in small letters, as in Pulumi Cloud's addresses
   * @param stateFolder where the stacks themselves are: a backend folder of Pulumi
   */
  constructor(
    directory: string,
    readonly organization: string,
    private readonly stateFolder: string,
  ) {
    this.store = Store.open(join(directory, "pulumi-cloud.json"), {});
  }

  /** @throws CloudRefusal where there is no such stack: settings belong to stacks that were initialised */
  stack(organization: string, project: string, stack: string): Readonly<CloudStack> {
    this.mustExist(organization, project, stack);
    return this.store.get()[`${project}/${stack}`] ?? { driftSchedules: [], webhooks: [] };
  }

  change(
    path: [organization: string, project: string, stack: string],
    edit: (stack: CloudStack) => void,
  ): void {
    this.mustExist(...path);
    const [, project, stack] = path;
    this.store.change((stacks) => {
      const known = (stacks[`${project}/${stack}`] ??= { driftSchedules: [], webhooks: [] });
      edit(known);
    });
  }

  /** All stacks with something to know of, as `project/stack`. */
  all(): Readonly<Record<string, CloudStack>> {
    return this.store.get();
  }

  /** What a stack was when it was last updated. */
  checkpoint(organization: string, project: string, stack: string): Checkpoint {
    this.mustExist(organization, project, stack);
    return JSON.parse(readFileSync(this.file(project, stack), "utf8")) as Checkpoint;
  }

  private mustExist(organization: string, project: string, stack: string): void {
    if (organization === this.organization && existsSync(this.file(project, stack))) return;
    throw new CloudRefusal(404, `Not Found: Stack '${organization}/${project}/${stack}' not found`);
  }

  private file(project: string, stack: string): string {
    return join(this.stateFolder, ".pulumi", "stacks", project, `${stack}.json`);
  }
}

/** An id as Pulumi Cloud makes them. */
export function newId(): string {
  return randomBytes(4).toString("hex");
}
