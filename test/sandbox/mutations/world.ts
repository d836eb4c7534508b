import type { GuardOptions } from "../../../committed/guard";
import type { Subject } from "../../../operations/doctor/subject";
import { installGuard } from "../../../operations/guardInstall";
import { Kubectl } from "../../../operations/guardKubectl";
import { admitStranger, trustedIds } from "../../../sandbox/demo/stranger";
import { openDeployment, type Deployment, type Outputs } from "../../../sandbox/mutations/deployment";
import { startSandbox, type Sandbox } from "../../../sandbox/testing";
import { ensureKubectl } from "../../../sandbox/toolchain/kubectl";
import { environments, hasRunner, homeEnvironment } from "../../../stacks/environments";
import { succeeded } from "../deployedWorld";
import { doctorSubject } from "../doctorSubject";

/** A region that the real engine has deployed, for those who break it and for those who look at it. */
export interface DeployedRegion {
  stack: string;
  deployment: Deployment;
  /** What doctor examines, without a way into the cluster. */
  subject: Subject;
  /** The cluster as its administrator sees it. */
  administrator: Kubectl;
}

/** A sandbox in which everything is in order. */
export interface DeployedWorld {
  sandbox: Sandbox;
  regions: DeployedRegion[];
}

/** What a world is to have otherwise than a company that has set nothing. */
export interface WorldSettings {
  /** @default all */
  stacks?: string[];
  /** Settings of a stack beside whom the runners are for: texts by their names. @default none */
  settings?: (stack: string) => Record<string, string>;
  /** @default the guard as it is without settings */
  guard?: GuardOptions;
}

/** Sets up a company's world: all stacks, the people whom the runners are for, the guard in every cluster. */
export async function deployWorld({
  stacks = environments.filter(hasRunner).map(({ name }) => name),
  settings = () => ({}),
  guard = {},
}: WorldSettings = {}): Promise<DeployedWorld> {
  const sandbox = await startSandbox();
  // The home stack last: its workflow then has every region.
  const inOrder = [...stacks.filter((stack) => stack !== homeEnvironment), homeEnvironment];
  for (const stack of inOrder) {
    const values = { githubActorIds: JSON.stringify(trustedIds), ...settings(stack) };
    const set = Object.entries(values).flatMap(([name, value]) => [
      "--plaintext",
      `eks-dryrun-runner:${name}=${value}`,
    ]);
    succeeded(await sandbox.pulumi(["config", "set-all", ...set], { stack }));
    succeeded(await sandbox.pulumi(["up", "--yes", "--skip-preview"], { stack }));
  }
  const regions = await Promise.all(stacks.map((stack) => open(sandbox, stack)));
  await Promise.all(regions.map(({ administrator }) => installGuard(administrator, guard, () => undefined)));
  await admitStranger(sandbox.folder);
  return { sandbox, regions };
}

async function open(sandbox: Sandbox, stack: string): Promise<DeployedRegion> {
  const shown = succeeded(await sandbox.pulumi(["stack", "output", "--json"], { stack }));
  const deployment = openDeployment(sandbox.state, JSON.parse(shown) as Outputs);
  const kubeconfig = await sandbox.adminKubeconfig(deployment.region);
  return {
    stack,
    deployment,
    subject: await doctorSubject(sandbox, stack),
    administrator: new Kubectl(await ensureKubectl(35), kubeconfig),
  };
}
