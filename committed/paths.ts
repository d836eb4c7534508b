/** Where the committed files lie in the target repository. */
export const workflowPath = ".github/workflows/k8s-dryrun.yml";
export const actionFolder = ".github/actions/k8s_dryrun";

/** The guard's manifests: outside of every overlay, because the runner may not change what holds it. */
export const guardPath = "k8s-dryrun-guard/guard.yaml";

/** The action's program. `.cjs`, because a `package.json` above it may say that `.js` files are ES modules. */
export const actionProgram = "main.cjs";
