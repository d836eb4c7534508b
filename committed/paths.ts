/** Where the committed files lie in the target repository. */
export const workflowPath = ".github/workflows/k8s-dryrun.yml";
export const actionFolder = ".github/actions/k8s_dryrun";

/** The action's program. `.cjs`, because a `package.json` above it may say that `.js` files are ES modules. */
export const actionProgram = "main.cjs";
