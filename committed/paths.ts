/** Where the committed files lie in the target repository. */
export const workflowPath = ".github/workflows/k8s-dryrun.yml";
/** What calls the workflow where runners are in a runner group. */
export const callerPath = ".github/workflows/k8s-dryrun-call.yml";
export const actionFolder = ".github/actions/k8s_dryrun";

/** The actions of the jobs that GitHub's own runners run. */
export const watchActionFolder = ".github/actions/k8s_dryrun_watch";
export const commentActionFolder = ".github/actions/k8s_dryrun_comment";

/** What decides how pull requests are checked, as globs: a change of it touches every environment. */
export const ownPaths = [
  workflowPath,
  callerPath,
  ...[actionFolder, watchActionFolder, commentActionFolder].map((folder) => `${folder}/**`),
];

/** The guard's manifests: outside of every overlay, because the runner may not change what holds it. */
export const guardPath = "k8s-dryrun-guard/guard.yaml";

/** An action's program. `.cjs`, because a `package.json` above it may say that `.js` files are ES modules. */
export const actionProgram = "main.cjs";

/** What applies a release: the workflow that a release starts, and the two that it calls as the default branch has them. */
export const applyCallerPath = ".github/workflows/k8s-apply.yml";
export const applyComparePath = ".github/workflows/k8s-apply-compare.yml";
export const applyEnvironmentPath = ".github/workflows/k8s-apply-environment.yml";

/** The actions of the jobs that compare a release with what was reviewed, and that have it applied. */
export const releaseActionFolder = ".github/actions/k8s_release";
export const applyActionFolder = ".github/actions/k8s_apply";

/** The program that a build runs inside of the private network: the default branch's, whatever is applied. */
export const applyProgramPath = `${actionFolder}/apply.cjs`;
