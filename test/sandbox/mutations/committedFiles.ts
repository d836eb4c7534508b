import type { Deployment } from "./deployment";

const workflow = ".github/workflows/k8s-dryrun.yml";
const action = ".github/actions/k8s_dryrun/action.yml";

interface Content {
  sha: string;
  content: string;
}

/** Changes the committed workflow by hand. */
export function editedWorkflow(from: (deployment: Deployment) => string, to: string) {
  return async (deployment: Deployment): Promise<void> => {
    const { sha, content } = await deployment.github<Content>("GET", `contents/${workflow}`);
    const text = Buffer.from(content, "base64").toString();
    const edited = text.replaceAll(from(deployment), to);
    if (edited === text) throw new Error(`${workflow} does not contain ${from(deployment)}.`);
    await deployment.github("PUT", `contents/${workflow}`, {
      message: "Edit the workflow by hand",
      content: Buffer.from(edited).toString("base64"),
      sha,
    });
  };
}

/** Deletes the committed action. */
export async function actionMissing({ github }: Deployment): Promise<void> {
  const { sha } = await github<Content>("GET", `contents/${action}`);
  await github("DELETE", `contents/${action}`, { message: "Tidy up", sha });
}
