/** The Kubernetes group that the guard lets dry-run and nothing else. */
export const guardedGroup = "pr-dry-run";

/** Name of the guard's roles and their bindings, its FlowSchema and its PriorityLevelConfiguration. */
export const guardRoleName = "pr-dry-run";

/** Labels on every object of the guard. */
export const guardLabels = { "app.kubernetes.io/part-of": "eks-dryrun-runner" };

/** The Kubernetes group of what applies releases, and name of its role. The guard's policy does not concern it. */
export { releaseGroup } from "../dryrun/apply/identity";
