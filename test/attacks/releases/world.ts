import { defaultGuardedKinds } from "../../../committed/guardKinds";
import { actionProgram, applyActionFolder } from "../../../committed/paths";
import { consolePaths } from "../../../sandbox/aws/consolePaths";
import { playWorkloads } from "../../../sandbox/clusters/workloads";
import { reviewer } from "../../../sandbox/environment";
import type { Sandbox } from "../../../sandbox/testing";
import { id } from "../../../sandbox/github/resources";
import { targetRepository } from "../../../sandbox/world";
import { homeEnvironment } from "../../../stacks/environments";
import { deployWorld, type DeployedWorld } from "../../sandbox/mutations/world";
import { commitTo } from "../pullRequests/files";
import { concurrentBuilds, viewOf, type WorldView } from "../pullRequests/world";
import { admitWriter } from "./people";
import { startedByHand } from "./hostileWorkflows";
import { leak } from "./stolen";

const applyAction = `${applyActionFolder}/${actionProgram}`;

/** The environment that is attacked. */
export const attacked = homeEnvironment;
/** Another one that releases are applied to. */
export const other = "kr-production";

/** What the sandbox's overlays have beside the kinds that the guard has without settings. */
const kinds = [...defaultGuardedKinds, "connectors.transfer.example.org"];
const releaseKinds = ["secrets", "roles.rbac.authorization.k8s.io", "rolebindings.rbac.authorization.k8s.io"];

/** A deployed world in which releases are applied to two environments. */
export interface ReleasedWorld extends DeployedWorld, WorldView {
  /** Newest commit of the default branch, which nobody moves any more. */
  head: string;
  /** Does one thing after the other: a project has one build at a time. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Deploys the stacks of two environments with releases on, and has an action of the job that applies give away what it holds. */
export async function startReleasedWorld(): Promise<ReleasedWorld> {
  const deployed = await deployWorld({
    stacks: [other, attacked],
    settings: releaseSettings,
    guard: { kinds, releaseKinds },
  });
  const { sandbox, regions } = deployed;
  const workloads: { stop(): void }[] = [];
  const stop = async () => {
    for (const one of workloads) one.stop();
    await sandbox.stop();
  };
  try {
    await admitWriter(sandbox.folder);
    for (const { deployment } of regions) {
      const { region } = deployment;
      await deployment.console(consolePaths.concurrentBuilds, { region, limit: concurrentBuilds });
      workloads.push(playWorkloads(await sandbox.adminKubeconfig(region)));
    }
    const { defaultBranch } = targetRepository;
    const { stdout: action } = await sandbox.git(["show", `${defaultBranch}:${applyAction}`]);
    await mergeHalfWay(sandbox);
    const head = await commitTo(sandbox, defaultBranch, {
      ...startedByHand,
      [applyAction]: `${leak}\n${action}`,
    });
    return { ...deployed, ...viewOf(deployed), head, inTurn: queue(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where a pull request was half-way: its ConfigMap was gone from it when it was merged. */
export const halfWay = "merged-half-way";

async function mergeHalfWay(sandbox: Sandbox): Promise<void> {
  const { defaultBranch } = targetRepository;
  const overlay = `k8s/${attacked}`;
  const { stdout: base } = await sandbox.git(["show", `${defaultBranch}:${overlay}/kustomization.yaml`]);
  const manifest = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: halfWay, namespace: "default" },
  };
  const commit = await commitTo(sandbox, halfWay, {
    [`${overlay}/kustomization.yaml`]: base.replace(/^resources:$/m, `resources:\n  - ${halfWay}.yaml`),
    [`${overlay}/${halfWay}.yaml`]: JSON.stringify(manifest),
  });
  const tree = `${defaultBranch}^{tree}`;
  const parents = ["-p", defaultBranch, "-p", commit];
  const person = ["-c", "user.name=Operator", "-c", "user.email=operator@example.com"];
  const { stdout: merge } = await sandbox.git([...person, "commit-tree", tree, ...parents, "-m", "Merge it"]);
  await sandbox.git(["update-ref", `refs/heads/${defaultBranch}`, merge.trim()]);
}

function queue(): ReleasedWorld["inTurn"] {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(act: () => Promise<T>) => {
    const next = last.then(act, act);
    last = next;
    return next;
  };
}

/** Settings of a stack whose cluster releases are applied to. */
function releaseSettings(stack: string): Record<string, string> {
  const { owner, name } = targetRepository;
  return {
    apply: "enabled",
    targetRepositoryId: String(id(`${owner}/${name}`)),
    targetRepositoryOwnerId: String(id(owner)),
    guardedKinds: JSON.stringify(kinds),
    applyKinds: JSON.stringify(releaseKinds),
    ...(stack === homeEnvironment && {
      releaseReviewers: JSON.stringify([`user:${String(id(reviewer.login))}`]),
    }),
  };
}
